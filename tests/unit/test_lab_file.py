"""The lab file: a lab may be stricter than the default profile, never laxer."""

from pathlib import Path

import pytest

from justice_data_lab.cli.options import ledger_named
from justice_data_lab.errors import UsageError
from justice_data_lab.lab_file import read_lab, read_ledger_files
from justice_data_lab.study import Lab


def read(tmp_path, text):
    path = tmp_path / "lab.toml"
    path.write_text(text)
    return read_lab(path)


def test_no_file_means_the_defaults(tmp_path):
    assert read_lab(None) == Lab()
    assert read(tmp_path, "") == Lab()


def test_a_lab_may_say_the_follow_up_and_waiting_period_that_every_snapshot_has(tmp_path):
    assert read(tmp_path, "[lab]\nhorizon_months = 12\nwaiting_months = 6\n") == Lab()


def test_every_setting_is_read(tmp_path):
    lab = read(
        tmp_path,
        """
[lab]
name = "Lab"
contacts = "lab@example.org"
lead_statistician = "A. Person"
licence = "CC BY 4.0"
[minimum]
submitted = 80
matched = 40
subgroup = 70
reoffenders = 50
np = 12
[release]
time = 10:30:00
zone = "Europe/Dublin"
holidays = [2026-12-25]
[disclosure]
profile = "none"
min_people = 20
dominance = 0.1
min_effective = 50
[brand]
colour = "#123456"
""",
    )
    assert (lab.name, lab.min_submitted, lab.min_subgroup, lab.min_np, lab.release_time.hour) == ("Lab", 80, 70, 12.0, 10)
    assert (lab.disclosure.min_people, lab.disclosure.dominance, lab.disclosure.min_effective) == (20, 0.1, 50.0)
    assert lab.disclosure.version == "jdl-disclosure/1, stricter"
    assert lab.holidays[0].isoformat() == "2026-12-25"


@pytest.mark.parametrize(
    ("release", "kept"),
    [
        ("", "england-and-wales"),
        ('zone = "America/New_York"', "none"),
        ('zone = "America/New_York"\nbank_holidays = "england-and-wales"', "england-and-wales"),
        ('bank_holidays = "none"', "none"),
    ],
)
def test_whose_bank_holidays_a_lab_keeps_goes_by_its_zone_unless_it_says(tmp_path, release, kept):
    assert read(tmp_path, f"[release]\n{release}\n").bank_holidays == kept


WRONG = {
    "[release]\nbank_holidays = 'scotland'\n": "one of england-and-wales, none, got 'scotland'",
    "[labb]\n": "Did you mean `lab`",
    "lab = 3\n": "a table",
    "[lab]\nnam = 'x'\n": "Did you mean `name`",
    "[lab]\nsite = 'lab.example'\n": "an address such as",
    "[minimum]\nmatched = 1\n": "at least 2",
    "[disclosure]\nmin_people = 5\n": "at least 10",
    "[disclosure]\ndominance = 0.5\n": "at most 0.2",
    "[disclosure]\nmin_effective = 5\n": "at least 30",
    "[release]\nzone = 'London'\n": "a time zone such as Europe/London, got 'London'",
    "[release]\nzone = 'Europe'\n": "a time zone such as",
    "[release]\nzone = ''\n": "a time zone such as",
    "[release]\nzone = '../etc/passwd'\n": "a time zone such as",
    "[disclosure]\nmin_effective = nan\n": "a finite number, got nan",
    "[disclosure]\nmin_effective = inf\n": "a finite number, got inf",
    "[disclosure]\ndominance = nan\n": "a finite number, got nan",
    "[minimum]\nnp = nan\n": "a finite number, got nan",
    "[minimum]\nnp = 0\n": "a number of at least 10, got 0",
    "[minimum]\nnp = -5\n": "at least 10",
    "[minimum]\nnp = 9.99\n": "at least 10",
    "[minimum]\nnp = inf\n": "a finite number, got inf",
    "[release]\nzone = 'Europe/Lodnon'\n": "a time zone such as Europe/London",
    "[brand]\ncolour = 'blue'\n": "a colour",
    "[lab]\nhorizon_months = 24\n": "expected 12, since the index events of a snapshot hold outcomes of one year.*got 24",
    "[lab]\nwaiting_months = 3\n": "expected 6, since the index events of a snapshot count .* six months after.*got 3",
    "[lab]\nhorizon_months = '12'\n": "a whole number",
    "[minimum]\nhorizon_months = 12\n": "unknown key",
}


@pytest.mark.parametrize("text", WRONG)
def test_a_wrong_lab_file_is_refused(tmp_path, text):
    with pytest.raises(UsageError, match=WRONG[text]):
        read(tmp_path, text)


def test_a_lab_says_where_its_ledger_is(tmp_path):
    file = tmp_path / "lab.toml"
    file.write_text('[ledger]\nfile = "ledger.sqlite"\nkey = "/keys/ledger.key"\n')
    assert read_ledger_files(file) == (tmp_path / "ledger.sqlite", Path("/keys/ledger.key"))
    assert read_lab(file) == Lab()
    assert ledger_named(file, None, None) == read_ledger_files(file)
    assert ledger_named(file, Path("other"), None) == (Path("other"), None)
    assert ledger_named(file, None, Path("key")) == (tmp_path / "ledger.sqlite", Path("key"))
    file.write_text("")
    assert read_ledger_files(file) == read_ledger_files(None) == (None, None)
    file.write_text('[ledger]\nkey = "ledger.key"\n')
    with pytest.raises(UsageError, match="the ledger that the key is of"):
        read_ledger_files(file)
