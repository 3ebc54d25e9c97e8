"""The second wall: PostgreSQL itself keeps the rows of organisations apart, with the wall of the query sets taken away."""

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, ProgrammingError, connection, transaction

from jdl_service.analysis.models import Comment, Run, Study
from jdl_service.base import wall, wall_rules
from jdl_service.base.tenancy import TenantQuerySet
from jdl_service.base.wall_rules import paths_of
from jdl_service.files.actions import upload
from jdl_service.files.models import CohortFile
from jdl_service.jobs.models import Job
from jdl_service.organisations.models import Organisation
from jdl_service.releases.models import Check, Release, ReleaseFile
from jdl_service.requests import actions
from jdl_service.requests.models import Message, Passage, Request
from service_people import request_in, sealed_upload
from service_releases import drafted

on_postgresql = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has no roles; test_postgres runs it there")
WALLED = [model for model in apps.get_models() if paths_of(model)]
OWN = [model for model in WALLED if model.objects.all().paths and model is not Organisation]


@pytest.fixture
def full(world, at, tmp_path):
    """Rows of every kind: a release of the first organisation, a request with a file and a message of each."""
    drafted(world, tmp_path, at=at)
    for who in (world.alpha, world.beta):
        request = request_in("draft", who, at=at)
        upload(request, organisation=who.row, sent=sealed_upload(b"x", at=at), by=who.member, at=at)
        actions.write_message(request, text="When do we hear?", by=who.member, at=at)
        sent = request_in("submitted", who, at=at)
        actions.accept(sent, by=world.analyst, at=at)
    Comment.objects.create(
        request=Request.objects.filter(organisation=world.alpha.row).first(), by=world.analyst, at=at, text="x"
    )
    return world


def keys(rows):
    return set(rows.values_list("pk", flat=True))


@on_postgresql
@pytest.mark.parametrize("model", OWN, ids=lambda model: model.__name__)
def test_the_database_shows_each_person_what_the_query_sets_show_and_no_more(model, full):
    people = (full.alpha.member, full.beta.manager, full.analyst, full.reviewer, full.head_of_profession, full.administrator)
    shown = []
    for user in people:
        with wall.behind(user):
            shown.append((keys(model.objects.all()), keys(model.objects.for_user(user))))
    assert all(without == within for without, within in shown)
    assert keys(model.objects.all()) >= set.union(*(rows for rows, _ in shown))


@on_postgresql
def test_rows_of_the_lab_are_behind_the_wall_of_the_request_that_they_are_about(full):
    lab = [model for model in WALLED if model not in (*OWN, Organisation)]
    assert {Run, Study, Release, ReleaseFile, Check, Comment} <= set(lab)
    some = [model for model in lab if model.objects.exists()]
    assert {Run, Release, ReleaseFile, Check, Comment} <= set(some)
    for model in some:
        everything = keys(model.objects.all())
        for user, seen in (
            (full.alpha.member, everything),
            (full.analyst, everything),
            (full.beta.member, set()),
            (full.administrator, set()),
        ):
            with wall.behind(user):
                assert keys(model.objects.all()) == seen, (model, user)


@on_postgresql
def test_rows_of_another_organisation_cannot_be_written(full, at):
    theirs = Request.objects.filter(organisation=full.alpha.row).first()
    with wall.behind(full.beta.manager):
        assert Request.objects.update(programme="Ours now") == Request.objects.for_user(full.beta.manager).count()
        assert Organisation.objects.filter(pk=full.alpha.row.pk).update(name="Ours now") == 0
        assert CohortFile.objects.filter(organisation=full.alpha.row).delete()[0] == 0
        for write in (
            lambda: Message.objects.create(request=theirs, by=full.beta.manager, at=at, text="x", from_lab=False),
            lambda: Request.objects.filter(organisation=full.beta.row).update(organisation=full.alpha.row),
            lambda: Job.objects.create(task="x", request=theirs, queued_at=at, not_before=at),
            lambda: Run.objects.create(request=theirs, number=9, cohort_file_id=1, begun_at=at, command="c"),
        ):
            with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
                write()
    theirs.refresh_from_db()
    assert theirs.programme != "Ours now"


@on_postgresql
def test_a_view_that_forgets_to_ask_whose_a_row_is_shows_nothing_of_others(full, browser, monkeypatch):
    theirs = Request.objects.filter(organisation=full.alpha.row, cohort_files__isnull=False, state="draft").first()
    file = theirs.cohort_files.get()
    monkeypatch.setattr(TenantQuerySet, "for_user", lambda self, user: self.all())
    for address in (
        f"/requests/{theirs.key}/",
        f"/requests/{theirs.key}/file/{file.address}/",
        f"/jobs/{theirs.jobs.first().key}/",
    ):
        assert browser(full.beta.member).get(address).status_code == 404
    assert browser(full.alpha.member).get(f"/requests/{theirs.key}/").status_code == 200


@on_postgresql
def test_a_person_stands_behind_the_wall_for_one_page_and_no_longer(full, browser):
    assert browser(full.beta.member).get("/requests/").status_code == 200
    assert side() == ("none", "")
    with wall.behind(full.beta.member):
        assert side() == ("jdl_member", str(full.beta.member.pk))
        with wall.opened():
            assert side() == ("none", "")
            assert Passage.objects.filter(request__organisation=full.alpha.row).exists()
        assert not Passage.objects.filter(request__organisation=full.alpha.row).exists()
    assert side() == ("none", "")


def side():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('role'), current_setting('jdl.user', true)")
        role, user = cursor.fetchone()
    return role, user or ""


class Broken:
    """A PostgreSQL whose cursor does as it is told."""

    vendor = "postgresql"
    in_atomic_block = False

    def __init__(self, errors=()):
        self.errors, self.asked, self.closed = list(errors), [], 0

    def cursor(self):
        return self

    def __enter__(self):
        return self

    def __exit__(self, *told):
        return False

    def execute(self, statement, params=()):
        self.asked.append(params)
        if error := (self.errors.pop(0) if self.errors else None):
            raise error

    def close(self):
        self.closed += 1


def test_a_connection_that_does_not_come_back_is_closed_and_a_new_one_stands_where_the_old_one_stood(world, monkeypatch):
    broken = Broken([None, None, DatabaseError()])
    monkeypatch.setattr(wall, "connection", broken)
    with wall.behind(world.alpha.member):
        wall._stand_again(None)
    member = ("jdl_member", str(world.alpha.member.pk))
    assert (broken.asked, broken.closed) == ([member, member, ("none", "")], 1)
    wall._stand_again(None)
    assert len(broken.asked) == 3
    again = Broken([None, DatabaseError()])
    again.in_atomic_block = True
    monkeypatch.setattr(wall, "connection", again)
    with wall.behind(world.analyst):
        pass
    assert (again.asked[0], again.closed) == (("jdl_lab", str(world.analyst.pk)), 0)


def test_an_administrator_and_whoever_was_closed_out_stand_where_nobody_has_a_row(world):
    world.alpha.member.is_active = False
    assert {wall.side_of(who) for who in (world.administrator, world.alpha.member)} == {("jdl_member", "0")}
    assert not Request.objects.for_user(AnonymousUser()).exists()


def test_every_path_of_a_query_set_has_a_policy_and_a_table_that_is_missing_waits(monkeypatch, db):
    asked = []
    known = type("Known", (), {"table_names": staticmethod(lambda: [model._meta.db_table for model in apps.get_models()])})
    fake = type("Fake", (Broken,), {"introspection": known, "ops": type("Ops", (), {"compose_sql": staticmethod(said)})})()
    fake.execute = asked.append
    monkeypatch.setattr(wall_rules, "connection", fake)
    wall_rules.build()
    text = "\n".join(asked)
    for model in WALLED:
        table = model._meta.db_table
        assert f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY' in text
        assert all(f"jdl_wall_{table}_{number}()" in text for number in range(len(paths_of(model))))
    assert str(wall_rules._SOMEBODY) not in text
    assert text.count("CREATE POLICY") == 2 * len(WALLED) + 3
    known.table_names = staticmethod(list)
    asked.clear()
    wall_rules.build()
    assert asked == []


def said(sql, params):
    return sql % tuple(params)


def test_a_database_that_lets_no_roles_be_made_is_told_what_to_run(monkeypatch, db):
    def refuses(statement):
        raise ProgrammingError

    monkeypatch.setattr(wall_rules, "_run", refuses)
    with pytest.raises(wall_rules.UsageError, match="CREATE ROLE jdl_member NOLOGIN"):
        wall_rules._roles()
