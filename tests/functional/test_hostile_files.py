"""Files built to do harm, and files that are no cohort at all: each refused in plain words, quickly and in little memory."""

import io
import json
import os
import resource
import struct
import subprocess
import sys
import zipfile
import zlib

import pytest

from intake_files import TODAY, csv_bytes, inline, people, raw_ods, raw_xlsx, saved, table, xlsx_bytes, zipped
from justice_data_lab.errors import DataRefused, UsageError
from justice_data_lab.intake.cohort import check_cohort, read_cohort
from justice_data_lab.intake.files import read_apart
from justice_data_lab.intake.guard import RefusedFileError
from justice_data_lab.study import Lab

MB = 1 << 20
# Of processor: the reader of a small file is stopped after 4; Python's start, and a processor that others slow down, come on top.
SECONDS, MEMORY_MB = 15.0, 1_500


def work() -> float:
    """Seconds of processor time that this process and its children have used: a busy machine does not count."""
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def bomb(name: str, size_mb: int) -> bytes:
    """A workbook whose named part is blank text of the given size."""
    return raw_xlsx(inline("A1", "surname"), {name: b" " * (size_mb * MB)})


def lying_zip() -> bytes:
    """A sheet that says it holds a few bytes, and unpacks into far more."""
    data = bytearray(raw_xlsx(b"<worksheet>" + b" " * (100 * MB) + b"</worksheet>"))
    start = 0
    while (start := data.find(b"PK\x01\x02", start)) >= 0:
        name_length = struct.unpack_from("<H", data, start + 28)[0]
        if bytes(data[start + 46 : start + 46 + name_length]).endswith(b"sheet1.xml"):
            struct.pack_into("<I", data, start + 24, 11)
            struct.pack_into("<I", data, start + 16, zlib.crc32(b"<worksheet>"))
        start += 4
    return bytes(data)


def repeated_text() -> bytes:
    """A small workbook in which every cell is the same long text: 30 GB when written out."""
    texts = {"xl/sharedStrings.xml": f"<sst><si><t>{'x' * 30_000}</t></si></sst>"}
    line = "".join(f'<c r="{letter}@" t="s"><v>0</v></c>' for letter in "ABCDEFGHIJ")
    return raw_xlsx("".join(f'<row r="{r}">{line.replace("@", str(r))}</row>' for r in range(1, 100_001)), texts)


def encrypted_zip_flag() -> bytes:
    data = bytearray(raw_xlsx(inline("A1", "surname")))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = 0
        while (start := data.find(mark, start)) >= 0:
            data[start + offset] |= 1
            start += 4
    return bytes(data)


def twice_named() -> bytes:
    stream = io.BytesIO(raw_xlsx(inline("A1", "surname")))
    with zipfile.ZipFile(stream, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return stream.getvalue()


TEXT_CELL = '<table:table-cell office:value-type="string"><text:p>x</text:p></table:table-cell>'
LAUGHS = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;">]><worksheet><sheetData><row r="1"><c r="A1"><v>&c;</v></c></row></sheetData></worksheet>'

HOSTILE = {
    "two cells far apart": lambda: ("a.xlsx", raw_xlsx(inline("A1", "surname") + inline("XFD1048576", "x"))),
    "two cells far apart, single quotes": lambda: (
        "a.xlsx",
        raw_xlsx("<c r = 'A1'><v>1</v></c><c s='>' r = 'XFD1048576'><v>1</v></c>"),
    ),
    "two cells far apart, row numbers only": lambda: (
        "a.xlsx",
        raw_xlsx('<row r="1"><c><v>1</v></c></row><row r="4000000000"><c><v>1</v></c></row>'),
    ),
    "a cell beyond any sheet": lambda: ("a.xlsx", raw_xlsx(inline("A1", "surname") + inline("ZZZZZZZ99999999999999", "x"))),
    "a part of 250 MB": lambda: ("a.xlsx", bomb("xl/sharedStrings.xml", 250)),
    "a part of 250 MB that no reader needs": lambda: ("a.xlsx", bomb("xl/media/picture.xml", 250)),
    "one long text a million times": lambda: ("a.xlsx", repeated_text()),
    "50,000 parts": lambda: ("a.xlsx", raw_xlsx(inline("A1", "x"), {f"xl/p{i}.xml": b"" for i in range(50_000)})),
    "two parts of one name": lambda: ("a.xlsx", twice_named()),
    "a part named like a path": lambda: ("a.xlsx", raw_xlsx(inline("A1", "x"), {"../../etc/passwd": b"x"})),
    "entities": lambda: ("a.xlsx", raw_xlsx(LAUGHS.encode())),
    "rows repeated": lambda: (
        "a.ods",
        raw_ods(f'<table:table-row table:number-rows-repeated="1000000">{TEXT_CELL * 400}</table:table-row>'),
    ),
    "columns repeated": lambda: (
        "a.ods",
        raw_ods(
            '<table:table-row table:number-rows-repeated="150000"><table:table-cell office:value-type="string" '
            'table:number-columns-repeated="16384"><text:p>x</text:p></table:table-cell></table:table-row>'
        ),
    ),
    "rows apart": lambda: (
        "a.ods",
        raw_ods(
            f"<table:table-row>{TEXT_CELL}</table:table-row><table:table-row table:number-rows-repeated='1048000'><table:table-cell/>"
            f'</table:table-row><table:table-row><table:table-cell table:number-columns-repeated="16000"/>{TEXT_CELL}</table:table-row>'
        ),
    ),
    "entities in ODS": lambda: ("a.ods", raw_ods("", {"META-INF/manifest.xml": "<!DOCTYPE x [<!ENTITY a 'b'>]><x/>"})),
    "one very wide row": lambda: ("a.csv", csv_bytes(table(people(3))) + b"," * 2_000_000 + b"x"),
    "one wide row over many": lambda: ("a.csv", b"surname\n" * 150_000 + b"," * 400 + b"x"),
    "millions of commas": lambda: ("a.csv", b"," * (20 * MB)),
}


MEASURED = """
import json, resource, sys
from datetime import date
from pathlib import Path
from justice_data_lab.errors import DataRefused, UsageError
from justice_data_lab.intake.cohort import read_cohort
from justice_data_lab.study import Lab
problems = []
try:
    read_cohort(Path(sys.argv[1]), today=date(2026, 11, 22), lab=Lab())
except DataRefused as refused:
    problems = [problem.to_dict() for problem in refused.problems]
both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
seconds = sum(used.ru_utime + used.ru_stime for used in both)
print(json.dumps({"problems": problems, "seconds": seconds, "megabytes": both[1].ru_maxrss / 1024}))
"""


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_file_is_refused_in_seconds_and_little_memory(tmp_path, name):
    file_name, data = HOSTILE[name]()
    path = saved(tmp_path, file_name, data)
    # A process of its own: a child's peak begins at its parent's, and this one's may be large by now.
    done = subprocess.run([sys.executable, "-c", MEASURED, str(path)], capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    assert found["seconds"] < SECONDS
    assert found["megabytes"] < MEMORY_MB
    (problem,) = found["problems"]
    assert problem["rule"] in {"file-hostile", "file-too-large", "file-unreadable"}
    assert problem["severity"] == "error"
    assert problem["remedy"]


NOT_COHORTS = {
    "an empty file": ("a.csv", b"", "file-empty"),
    "blank lines only": ("a.csv", b"\r\n \r\n", "file-empty"),
    "a PDF renamed": ("a.xlsx", b"%PDF-1.7 ...", "file-format"),
    "a picture renamed": ("a.csv", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "file-unreadable"),
    "a web page renamed": ("a.csv", b"<html><table></table></html>", "file-format"),
    "an old workbook": ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "file-format"),
    "a locked workbook": (
        "a.xlsx",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
        "file-encrypted",
    ),
    "a locked archive": ("a.xlsx", encrypted_zip_flag(), "file-encrypted"),
    "a locked ODS": ("a.ods", raw_ods("", {"META-INF/manifest.xml": "<m><encryption-data/></m>"}), "file-encrypted"),
    "a text document": ("a.xlsx", zipped({"word/document.xml": "<w/>"}), "file-format"),
    "a binary workbook": ("a.xlsx", zipped({"xl/workbook.bin": "x"}), "file-format"),
    "CSV named XLSX": ("a.xlsx", b"surname,forename\nA,B\n", "file-format"),
    "a workbook named CSV": ("a.csv", raw_xlsx(inline("A1", "x")), "file-format"),
    "another ending": ("a.dat", b"surname,forename\nA,B\n", "file-format"),
    "half a workbook": ("a.xlsx", raw_xlsx(inline("A1", "x"))[:-200], "file-unreadable"),
    "broken XML": ("a.xlsx", raw_xlsx(b"<worksheet><sheetData><row"), "file-unreadable"),
    "a workbook in UTF-16": ("a.xlsx", raw_xlsx("<worksheet/>".encode("utf-16")), "file-unreadable"),
    "no sheets": ("a.xlsx", zipped({"xl/workbook.xml.rels": "xl/workbook.xml"}), "file-unreadable"),
    "ODS without content": (
        "a.ods",
        zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}, zipfile.ZIP_STORED),
        "file-unreadable",
    ),
    "no known encoding": ("a.csv", b"surname,forename\nM\x81\x8dller,Ann\n", "file-encoding"),
    "broken UTF-16": ("a.csv", b"\xff\xfea\x00b", "file-encoding"),
    "packed another way": ("a.xlsx", zipped({"xl/workbook.xml": "<x/>"}, zipfile.ZIP_BZIP2), "file-unreadable"),
    "more than 50 MB": ("a.csv", b"a,b\n" * (13 * MB), "file-too-large"),
}


@pytest.mark.parametrize("name", NOT_COHORTS)
def test_file_that_is_no_cohort_is_refused_with_a_plain_reason(tmp_path, name):
    file_name, data, rule = NOT_COHORTS[name]
    result = check_cohort(saved(tmp_path, file_name, data), today=TODAY, lab=Lab())
    assert [problem.rule for problem in result.problems] == [rule]
    assert result.refused
    assert result.rows == 0


def test_folder_and_pipe_are_refused_without_waiting(tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    for name, found in ((".", "a folder"), ("pipe.csv", "a device")):
        with pytest.raises(UsageError, match=f"expected a cohort file .*, found {found}"):
            check_cohort(tmp_path / name, today=TODAY, lab=Lab())


def test_part_that_lies_about_its_size_is_not_unpacked_beyond_it(tmp_path):
    path = saved(tmp_path, "a.xlsx", lying_zip())
    made = work()
    result = check_cohort(path, today=TODAY, lab=Lab())
    assert work() - made < SECONDS
    assert result.refused
    assert result.rows == 0


def test_reader_that_runs_out_of_memory_takes_only_its_own_process_along():
    with pytest.raises(RefusedFileError) as refused:
        read_apart((b"x" * 200 + b"\n") * 190_000, ".csv", memory_mb=60)
    assert refused.value.rule == "file-hostile"


def test_reader_that_never_ends_is_stopped():
    data = csv_bytes(table(people(3)))
    with pytest.raises(RefusedFileError) as refused:
        read_apart(data * 20_000, ".csv", seconds=0)
    assert refused.value.rule == "file-hostile"


def test_formatting_down_to_the_last_row_is_no_attack(tmp_path):
    ghosts = "".join(f'<row r="{r}" spans="1:4"><c r="A{r}" s="1"/><c r="XFD{r}" s="1"/></row>' for r in range(3, 300_000, 50))
    cells = "".join(
        f'<row r="{r}">{inline(f"A{r}", a)}{inline(f"B{r}", b)}{inline(f"C{r}", c)}{inline(f"D{r}", d)}</row>'
        for r, (a, b, c, d) in enumerate(
            [("surname", "forename", "date_of_birth", "sex"), ("Ashdown", "Adam", "05/11/1984", "M")], 1
        )
    )
    last = '<row r="1048576" ht="15"><c r="XFD1048576" s="1"/></row><row r="1048575"></row>'
    result = check_cohort(saved(tmp_path, "a.xlsx", raw_xlsx(cells + ghosts + last)), today=TODAY, lab=Lab())
    assert not result.refused
    assert result.rows == 1


def test_spreadsheet_padded_to_its_last_row_and_column_is_no_attack(tmp_path):
    def line(*texts):
        cells = "".join(TEXT_CELL.replace("x", text) for text in texts)
        return f'<table:table-row>{cells}<table:table-cell table:number-columns-repeated="16380"/></table:table-row>'

    padding = '<table:table-row table:number-rows-repeated="1048570"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    data = raw_ods(
        line("surname", "forename", "date_of_birth", "sex") + line("Ashdown", "Adam", "05/11/1984", "M") + padding + padding
    )
    result = check_cohort(saved(tmp_path, "a.ods", data), today=TODAY, lab=Lab())
    assert not result.refused
    assert result.rows == 1


def test_large_honest_file_is_told_from_an_attack(tmp_path):
    rows = "".join(f'<row r="{r}"><c r="A{r}"><v>1</v></c></row>' for r in range(1, 200_100))
    result = check_cohort(saved(tmp_path, "a.xlsx", raw_xlsx(rows)), today=TODAY, lab=Lab())
    assert [problem.rule for problem in result.problems] == ["file-too-large"]


def test_no_value_of_the_file_stands_in_a_refusal(tmp_path):
    lines = table(people(3, surname="=Zanzibar", date_of_birth="Quetzalcoatl", sex="Xylophone"))
    for name, data in (("a.csv", csv_bytes(lines)), ("a.xlsx", xlsx_bytes({"Yggdrasil": lines, "Ragnarok": lines}))):
        with pytest.raises(DataRefused) as refused:
            read_cohort(saved(tmp_path, name, data), today=TODAY, lab=Lab())
        spoken = str(refused.value) + "".join(problem.message + problem.remedy for problem in refused.value.problems)
        for secret in ("Zanzibar", "Quetzalcoatl", "Xylophone", "Yggdrasil", "Ragnarok"):
            assert secret not in spoken
        assert "Quetzalcoatl" in {problem.value for problem in refused.value.problems}


def test_child_leaves_nothing_behind(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path / "scratch"))
    (tmp_path / "scratch").mkdir()
    path = saved(tmp_path, "a.xlsx", xlsx_bytes({"Cohort": table(people(60))}))
    read_cohort(path, today=TODAY, lab=Lab())
    assert list((tmp_path / "scratch").iterdir()) == []
    assert {entry.name for entry in tmp_path.iterdir()} == {"a.xlsx", "scratch"}
