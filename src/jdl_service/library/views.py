"""The library's pages: the core's own bytes by their path, and answers to questions. For everybody, without a script."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp.decorators import csp_replace
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponseRedirect
from django.views.decorators.http import require_safe

from jdl_service import clock
from jdl_service.base.answers import CORE_PAGES, media_type, public_answer
from jdl_service.library.models import SnapshotFile
from jdl_service.library.standing import library_at
from justice_data_lab.library.address import parse
from justice_data_lab.library_site.answers import AT
from justice_data_lab.library_site.snapshots import FOLDER, MANIFEST

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from jdl_service.library.drawn import Drawn

ROOT = "/library/"
_INDEX = "index.html"
_KINDS = {".parquet": "application/vnd.apache.parquet", ".bib": "application/x-bibtex", ".xml": "application/xml"}
_FEED = "application/atom+xml"


@csp_replace(CORE_PAGES)  # type: ignore[untyped-decorator]
@login_not_required
@require_safe
def page(http: HttpRequest) -> HttpResponse:
    """A page or file of the library, byte for byte the core's.

    Raises:
        Http404: it is not public.
    """
    path, shown = http.path_info.removeprefix(ROOT), library_at(clock.now())
    name = f"{path}{_INDEX}" if path == "" or path.endswith("/") else path
    found = shown.answer(parse(http.META.get("QUERY_STRING", ""))) if name == AT else shown.file(name)
    if found is not None:
        return public_answer(http, found.data, kind=kind_of(name), told=None, tag=found.tag)
    earlier = _of_snapshot(shown, name)
    if earlier is not None:
        return public_answer(http, earlier, kind=kind_of(name), told=None)
    if shown.file(f"{path}/{_INDEX}") is not None:
        return HttpResponseRedirect(f"{ROOT}{path}/")
    message = "There is no such page."
    raise Http404(message)


def _of_snapshot(shown: Drawn, path: str) -> bytes | None:
    """A file of an earlier snapshot, while every figure in it is public."""
    folder, _, rest = path.removeprefix(f"{FOLDER}/").partition("/")
    if f"{FOLDER}/{folder}/{MANIFEST}" not in shown.desk.setting.earlier:
        return None
    row = SnapshotFile.objects.filter(snapshot__name=folder, name=rest).values_list("data", flat=True).first()
    return None if row is None else bytes(row)


def kind_of(name: str) -> str:
    """The media type of a file."""
    if name.rpartition("/")[2] == "feed.xml":
        return media_type(name, _FEED)
    return media_type(name, _KINDS.get(f".{name.rpartition('.')[2]}", ""))
