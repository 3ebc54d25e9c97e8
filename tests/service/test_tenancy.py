"""Nobody gets a row of somebody else's organisation."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction

from jdl_service.accounts.models import User
from jdl_service.base.errors import NotNow, NotYours
from jdl_service.files.actions import read_problems, upload
from jdl_service.files.models import CohortFile
from jdl_service.organisations.models import Membership
from jdl_service.releases.models import Release
from jdl_service.requests.models import Request
from jdl_service.requests.policies import can_upload
from service_people import request_in, sealed_upload
from service_releases import drafted


def test_a_member_sees_the_requests_of_their_own_organisation_and_no_other(world, at):
    request_in("submitted", world.beta, at=at)
    assert [each.organisation for each in Request.objects.for_user(world.alpha.member)] == [world.alpha.row]


def test_the_lab_sees_what_was_sent_and_no_draft(world, at):
    sent = request_in("submitted", world.beta, at=at)
    assert list(Request.objects.for_user(world.analyst)) == [sent]


def test_an_administrator_sees_no_request(world, at):
    request_in("submitted", world.beta, at=at)
    assert not Request.objects.for_user(world.administrator).exists()


def test_a_request_of_another_organisation_is_not_there(world, browser):
    address = f"/requests/{world.request.key}/"
    assert browser(world.beta.manager).get(address).status_code == 404
    assert browser(world.alpha.member).get(address).status_code == 200
    assert browser().get(address).status_code == 302


def test_nobody_of_the_lab_belongs_to_an_organisation(world):
    with pytest.raises(IntegrityError, match="nobody of the lab"), transaction.atomic():
        Membership.objects.create(organisation=world.alpha.row, user=world.reviewer)
    with pytest.raises(IntegrityError, match="nobody of the lab"), transaction.atomic():
        User.objects.filter(pk=world.alpha.member.pk).update(is_analyst=True)


def test_a_partner_of_a_joint_request_sees_it_and_its_own_file_alone(world, at):
    world.request.partners.add(world.beta.row)
    assert Request.objects.for_user(world.beta.member).count() == 1
    for who in (world.alpha, world.beta):
        upload(world.request, organisation=who.row, sent=sealed_upload(b"x", at=at), by=who.member, at=at)
    (mine,) = CohortFile.objects.for_user(world.beta.member)
    assert mine.organisation == world.beta.row


def test_a_file_comes_only_from_people_of_an_organisation_that_takes_part(world, at):
    sent = sealed_upload(b"x", at=at)
    for who, by in ((world.beta, world.beta.member), (world.alpha, world.beta.member)):
        with pytest.raises(NotYours):
            upload(world.request, organisation=who.row, sent=sent, by=by, at=at)
    unknown = sealed_upload(b"x", at=at, suffix="")
    with pytest.raises(NotNow, match=r"\.csv"):
        upload(world.request, organisation=world.alpha.row, sent=unknown, by=world.alpha.member, at=at)
    world.alpha.row.state = "suspended"
    world.alpha.row.reason, world.alpha.row.decided_by = "x", world.head_of_profession
    world.request.organisation = world.alpha.row
    assert not can_upload(world.request, world.alpha.row)
    with pytest.raises(NotNow, match="approved"):
        upload(world.request, organisation=world.alpha.row, sent=sent, by=world.alpha.member, at=at)
    sent_in = request_in("submitted", world.beta, at=at)
    with pytest.raises(NotNow, match="no file can come in"):
        upload(sent_in, organisation=world.beta.row, sent=sent, by=world.beta.member, at=at)
    assert can_upload(request_in("draft", world.beta, at=at), world.beta.row)


def test_somebody_who_is_not_active_or_nobody_sees_nothing(world):
    world.alpha.member.is_active = False
    for who in (world.alpha.member, AnonymousUser()):
        assert not Request.objects.for_user(who).exists()


def test_no_path_leads_from_the_labs_own_rows_to_an_organisation(world, at, tmp_path):
    drafted(world, tmp_path, at=at)
    assert Release.objects.for_user(world.reviewer).exists()
    assert not Release.objects.for_user(world.alpha.manager).exists()


def test_faulty_cells_are_shown_to_whoever_sent_them_and_to_nobody_else(world, at):
    row = upload(world.request, organisation=world.alpha.row, sent=sealed_upload(b"x", at=at), by=world.alpha.member, at=at)
    assert read_problems(row, by=world.alpha.manager, at=at).problems == ()
    for who in (world.beta.member, world.analyst):
        with pytest.raises(NotYours):
            read_problems(row, by=who, at=at)
