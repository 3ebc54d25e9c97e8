"""The lab's name and colour: neutral by default, refused when white text on it cannot be read, and served as a style sheet."""

import pytest

from jdl_service.look.brand import Brand, brand, contrast_with_white
from justice_data_lab.errors import UsageError


def test_without_a_setting_the_brand_is_neutral(settings):
    del settings.LOOK
    assert brand() == Brand()
    assert brand().name == "Justice Data Lab"


def test_the_setting_gives_the_brand(settings):
    settings.LOOK = Brand(name="Laboratory of Ruritania", colour="#3D3D3D")
    assert brand().name == "Laboratory of Ruritania"


@pytest.mark.parametrize(
    ("colour", "contrast"), [("#FFFFFF", 1.0), ("#000000", 21.0), ("#767676", 4.54), ("#0000FF", 8.59), ("#FF0000", 4.0)]
)
def test_contrast_is_that_of_the_guidelines(colour, contrast):
    assert contrast_with_white(colour) == pytest.approx(contrast, abs=0.02)


def test_a_colour_on_which_white_cannot_be_read_is_refused():
    with pytest.raises(UsageError, match=r"#F46A25.*Choose a darker colour"):
        Brand(colour="#F46A25")


@pytest.mark.parametrize("colour", ["blue", "#123", "#12436D;}", "12436D"])
def test_what_is_no_colour_is_refused(colour):
    with pytest.raises(UsageError, match="expected one such as #12436D"):
        Brand(colour=colour)


def test_the_style_sheet_has_the_colour_and_may_be_kept(settings, client):
    settings.LOOK = Brand(colour="#801650")
    answer = client.get("/brand.css")
    assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
    assert answer.content == b":root{--jdl-brand-colour:#801650;--govuk-brand-colour:#801650}\n"
    assert "public" in answer.headers["Cache-Control"]


def test_the_style_sheet_may_be_kept_by_who_is_logged_in_too(world, browser):
    answer = browser(world.analyst).get("/brand.css")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, max-age=86400"
