"""Stretches of the way of a request, each walked in the browser by whoever walks it; journeys are put together from them."""

import csv
import io
import re

from django.core import mail

from jdl_service.releases.forms import CHECK_LIST as QUESTIONS
from service_walk import code_of, starting

PASS_PHRASE = "a long pass phrase of mine"  # noqa: S105 -- invented


def letter_to(email, subject):
    """The last letter of that subject to an address."""
    found = [each for each in mail.outbox if each.to == [email] and subject in each.subject]
    assert found, (email, subject, [(each.to, each.subject) for each in mail.outbox])
    return found[-1].body


# ---- The organisation ----


def makes_an_account(who, email):
    """From the front page: an account, its address confirmed by the code that came by e-mail."""
    who.follows("Log in", "Make an account")
    who.writes("E-mail address", email)
    who.types(Password=PASS_PHRASE, Password_again=PASS_PHRASE)
    who.presses("Make an account")
    confirms_the_address(who, email)


def confirms_the_address(who, email):
    """By the code that came by e-mail."""
    (code,) = re.findall(r"^[A-Z0-9]{4}-[A-Z0-9]{4}$", letter_to(email, "Confirm"), re.MULTILINE)
    who.types(Code=code)
    who.presses("Continue")


def registers(who, name, number):
    """An organisation."""
    who.follows("Your organisation", "Register an organisation")
    who.writes("Name of the organisation", name)
    who.picks("Charity", of="Kind of organisation")
    who.writes("Charity or company number", number)
    who.selects("Sector", "Charity")
    who.writes("Name of a second contact", "Somebody Else")
    who.writes("E-mail address of the second contact", "else@example.org")
    who.presses("Register")
    who.is_on("Organisation registered")


def sets_the_second_step_up(who, moment):
    """The password once more; then an authenticator app reads the key, and its code is typed in."""
    who.is_on("Confirm that it is you")
    who.types(Password=PASS_PHRASE)
    who.presses("Confirm")
    who.is_on("Set up an authenticator app")
    key = who.page.get_by_text("Key:").inner_text().removeprefix("Key:").strip()
    who.writes("Authenticator code", code_of(key, moment))
    who.presses("Set up")


def signs(who):
    """The agreement."""
    who.follows("Your organisation", "Read and sign the agreement")
    who.writes("Name of the person who signs", "A Director")
    who.writes("Position of the person who signs", "Director")
    who.picks("Legitimate interests")
    who.writes("How people were told", "A leaflet at the first session.")
    who.picks("I can sign for my organisation, and it agrees to this text")
    who.presses("Sign")


def fills_in_the_task_list(who):
    """Every task but the file, one after the other."""
    who.follows("Your programme")
    who.writes("Name of the programme", "Mentoring inside")
    who.writes("What is done", "A mentor meets each person every week.")
    who.writes("Who delivers it", "Trained volunteers")
    who.types(Where="Two prisons")
    who.presses("Save and continue")
    who.follows("Kind of programme and setting")
    who.picks("Mentoring", "Custody")
    who.presses("Save and continue")
    who.follows("Dates and amount")
    who.dates("First day on which somebody in the file started", 1, 1, 2019)
    who.dates("Last day on which somebody in the file started", 30, 6, 2024)
    who.writes("How much people get", "An hour a week for 12 weeks")
    who.presses("Save and continue")
    who.follows("How participants were chosen")
    who.writes("How participants were chosen", "Everybody who asked.")
    who.picks("Yes", of=starting("Is everybody who started in the file?"))
    who.presses("Save and continue")
    who.follows("Your programme in your own words")
    who.writes("Your programme in your own words", "We listen.")
    who.presses("Save and continue")


def declares(who):
    """The declarations."""
    who.follows("Declarations")
    who.picks(
        "What we have said here is true, as far as we know",
        "Nobody was left out of the file because of what happened afterwards",
        "The people in the file were told as our agreement says, and whoever said no is left out",
        "We know that the result is published whatever it says",
    )
    who.presses("Save and continue")


def sends_the_file(who, content, work):
    """The cohort file, which the worker checks meanwhile."""
    who.sends_file("Cohort file", "people.csv", content)
    who.presses("Send the file")
    who.comes_back_after(work)


def submits(who):
    """Check answers, and send."""
    who.follows("Check answers and submit")
    who.presses("Submit the request")
    who.is_on("Request sent")


def with_cells(cohort, **changed):
    """The cohort file with other cells: `row_3=("sex", "x")` is the row of that number in a spreadsheet."""
    rows = list(csv.DictReader(io.StringIO(cohort.decode())))
    for name, (column, value) in changed.items():
        rows[int(name.removeprefix("row_")) - 2][column] = value
    made = io.StringIO(newline="")
    written = csv.DictWriter(made, rows[0])
    written.writeheader()
    written.writerows(rows)
    return made.getvalue().encode()


def chooses(who, key, option):
    """One of the four choices, after coverage."""
    who.follows("Requests", key, "See what was found and choose")
    who.picks(option)
    if option != "Wait until a date":
        who.presses("Continue")


def finds_the_text_right(who, key):
    """All text of the report that holds no result."""
    who.follows("Requests", key, "Text of the report")
    who.picks("Yes", of="Is this text right?")
    who.presses("Send")
    who.reads("The lab knows that the text is right")


def answers(who, text):
    """The response, which stands beside the result at once."""
    who.writes("Your response", text)
    who.presses("Publish your response")
    who.reads("Your response is public", text)


# ---- The lab ----


def takes_on(who, key):
    """Of those that nobody has taken on yet."""
    who.follows("Analysis", "My work", key)
    who.presses("Accept and own it")


def has_people_looked_for(who, work):
    """The first room and the second."""
    who.follows("Runs")
    who.presses("Look for the people")
    who.comes_back_after(work)


def freezes_the_protocol(who, work):
    """The study, with so wide a caliper that a reviewer has to say why to go on, and the protocol before anybody is matched."""
    who.follows("Study")
    who.types(Seed=5)
    who.writes("Further settings, as in a study file", "[method]\ncaliper = { width = 9.0 }")
    who.dates("Date of the report", 22, 11, 2026)
    who.presses("Save the study")
    who.presses("Freeze the protocol")
    who.comes_back_after(work)
    who.reads("Protocol frozen on")


def asks_for_two_checks(who, release, *reviewers):
    """Of a draft."""
    who.follows("Releases", f"Ask two reviewers ({release})")
    for name in reviewers:
        who.picks(name, of="Reviewer")
        who.presses("Ask for a check")


def checks(who, release, verdict="Sound", text=""):
    """One blind check: the report, and every question of the list."""
    who.follows("Releases", f"Check it ({release})", "report")
    who.reads("Not for release. Copy of")
    who.page.go_back()
    for _, question in QUESTIONS:
        who.picks("Yes", of=question)
    who.picks(verdict, of="Your verdict")
    who.writes("What you found", text)
    who.presses("Send your check")


def confirms(who, release):
    """Once both are in."""
    who.follows("Releases", f"Confirm that it is sound ({release})")
    who.presses("Confirm that it is sound")


def freezes(who, release):
    """The bytes."""
    who.follows("Releases", f"Freeze the files ({release})", "Freeze the files")
    who.presses("Freeze the files")


def announces(who, release, day):
    """The hour of a release."""
    who.follows("Releases", f"Announce a date ({release})", "Announce a date")
    who.dates("Day of release", day.day, day.month, day.year)
    who.presses("Announce a date")
    who.reads("Scheduled")


def is_checked_and_frozen(people, key, release, work):
    """Sent by the analyst, checked by two reviewers and found sound, frozen."""
    analyst, *reviewers = people
    analyst.follows("Analysis", "My work", key, "Result")
    analyst.presses("Send for checking")
    analyst.comes_back_after(work)
    asks_for_two_checks(analyst, release, "Reviewer", "Second.Reviewer")
    for who in reviewers:
        checks(who, release)
    for who in reviewers:
        confirms(who, release)
    freezes(analyst, release)
