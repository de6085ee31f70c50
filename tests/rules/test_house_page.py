"""The contributor page draws the house as it stands, and names only what exists."""

import re

import pytest

from tests.make.house import PAGE, page
from tests.make.places import ROOT

TEXT = PAGE.read_text(encoding="utf-8")
TARGETS = set(
    re.findall(
        r"^([a-z-]+):",
        (ROOT / "Makefile").read_text(encoding="utf-8") + (ROOT / "testbed" / "testbed.mk").read_text(),
        re.MULTILINE,
    )
)
PATHS = sorted(set(re.findall(r"`((?:[a-z_]+/)+[a-z_.]*)`", TEXT)))
ROOMS = ("", "plimsoll", "plimsoll/catalog/data")


def test_the_house_is_drawn_as_it_stands() -> None:
    assert page(TEXT) == TEXT, "run make house"


@pytest.mark.parametrize("path", PATHS)
def test_a_path_on_the_page_exists(path: str) -> None:
    near = [ROOT / room / path for room in (*ROOMS, "plimsoll/show", "plimsoll/sizing", "plimsoll/catalog")]
    assert any(each.exists() for each in near), path


def test_every_make_target_on_the_page_exists() -> None:
    named = {word for words in re.findall(r"`make ([a-z -]+)`", TEXT) for word in words.split()}
    assert named
    assert named <= TARGETS
