"""Nobody gets a row of somebody else's organisation."""

from jdl_service.requests.models import Request
from service_people import request_in


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
