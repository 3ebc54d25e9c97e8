"""What is compiled and committed: held to its checksum, without what belongs to GOV.UK, and with its licence."""

import hashlib
import re
from pathlib import Path

import pytest

import jdl_service.look

LOOK = Path(jdl_service.look.__file__).parent
STATIC = LOOK / "static" / "look"
# How to make these anew is in docs/reference/service-look.md.
CHECKSUMS = {
    "look.css": "b9376e0c80e3deedbb904bb96b75a9e6c51347e1052a6a6fa24fd215fe67776f",
    "govuk-frontend.min.js": "03560aaedbb42e58bbf21b212cc33c5c41bd58245264b48211090acb57f6997b",
}


@pytest.mark.parametrize("name", CHECKSUMS)
def test_compiled_files_are_those_that_were_looked_at(name):
    assert hashlib.sha256((STATIC / name).read_bytes()).hexdigest() == CHECKSUMS[name]


@pytest.mark.parametrize("name", CHECKSUMS)
def test_nothing_that_belongs_to_govuk_is_served(name):
    text = (STATIC / name).read_text(encoding="utf-8").lower()
    assert re.findall(r"crown|crest|gds transport|govuk-logo|govuk-header__", text) == []


def test_no_picture_or_typeface_of_govuk_is_committed():
    kinds = {path.suffix for path in STATIC.iterdir()}
    assert kinds == {".css", ".js", ".svg", ".txt"}
    assert [path.name for path in STATIC.iterdir() if path.suffix == ".svg"] == ["icon.svg"]


def test_the_styles_ask_no_other_address():
    text = (STATIC / "look.css").read_text(encoding="utf-8")
    assert re.findall(r"url\((?!data:)|@import", text) == []


def test_scripts_ask_no_other_address_and_evaluate_nothing():
    for path in STATIC.glob("*.js"):
        text = path.read_text(encoding="utf-8")
        assert re.findall(r"\beval\(|new Function\(|\bfetch\(|XMLHttpRequest|sourceMappingURL", text) == [], path.name


def test_the_style_says_the_version_that_the_macros_mirror():
    assert '--govuk-frontend-version: "6.3.0"' in (STATIC / "look.css").read_text(encoding="utf-8")
    assert "6.3.0" in (STATIC / "govuk-frontend.min.js").read_text(encoding="utf-8")


def test_the_licence_lies_beside_the_files():
    text = (STATIC / "GOVUK-FRONTEND-LICENCE.txt").read_text(encoding="utf-8")
    assert "The MIT License" in text
    assert "Crown Copyright" in text


def test_every_font_is_one_that_readers_have():
    text = (STATIC / "look.css").read_text(encoding="utf-8")
    fonts = {found.strip() for found in re.findall(r"font-family:([^;}]+)", text)}
    assert fonts == {
        'Helvetica,Arial,"Liberation Sans",sans-serif',
        'ui-monospace,"Liberation Mono",Menlo,Consolas,monospace',
    }


def test_the_account_of_the_compile_names_the_same_versions():
    page = (LOOK.parents[2] / "docs" / "reference" / "service-look.md").read_text(encoding="utf-8")
    assert "GOV.UK Frontend 6.3.0" in page
    assert "npm install govuk-frontend@6.3.0 sass@1.108.2" in page
