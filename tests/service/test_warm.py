"""What a web process reads and draws when it starts."""

from types import SimpleNamespace

from jdl_service import warm
from jdl_service.library import drawn, standing
from service_library import put


def test_at_the_start_of_a_process_everything_public_is_read_and_the_library_drawn(monkeypatch, at):
    asked = []
    monkeypatch.setattr(warm, "site_at", asked.append)
    monkeypatch.setattr(warm, "library_at", lambda now: SimpleNamespace(prepare=lambda: asked.append((now, "drawn"))))
    warm.warm_up().join()
    assert asked == [at, (at, "drawn")]


def test_a_start_at_which_nothing_can_be_read_leaves_it_to_the_first_visitor(monkeypatch, at, caplog):
    def breaks(now):
        message = "no such table"
        raise OSError(message)

    monkeypatch.setattr(warm, "site_at", breaks)
    warm.warm_up().join()
    assert [record.msg for record in caplog.records] == ["warm-up broke"]


def test_what_most_visitors_come_to_is_not_drawn_again_for_them(world, at, monkeypatch):
    put(world, "2026-001", at=at)
    shown = standing.library_at(at)
    shown.prepare()
    calls = []
    monkeypatch.setattr(drawn, "drawn_with", lambda *given: calls.append(given))
    monkeypatch.setattr(drawn, "answer", lambda *given: calls.append(given))
    for path in ("index.html", "types/mentoring/index.html", "map/index.html", "organisations/index.html"):
        assert shown.file(path) is not None
    shown.answer(drawn.Question())
    assert calls == []
