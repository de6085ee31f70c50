"""A project's file is read whole or refused whole, each mistake with its key or its line."""

from pathlib import Path

import pytest

from plimsoll.ground.problems import SpecError
from plimsoll.text.project import read_project

FILE = Path("infra/plimsoll.toml")


def refused(text: str) -> list[str]:
    with pytest.raises(SpecError) as found:
        read_project(text.encode(), FILE)
    return [str(problem) for problem in found.value.problems]


def test_paths_are_from_the_folder_of_the_file() -> None:
    read = read_project(b'exemptions = "gate/exemptions.yaml"\nregions = ["eu-west-1"]\n', FILE)
    assert read.exemptions == "infra/gate/exemptions.yaml"
    assert read.regions == ("eu-west-1",)
    assert read.discounts is None


def test_an_empty_file_says_nothing() -> None:
    assert read_project(b"", FILE).regions == ()


def test_every_mistake_is_told_at_once() -> None:
    assert refused('exemption = "a"\ndiscounts = 5\nprices = ""\nregions = "eu-west-1"\n') == [
        "infra/plimsoll.toml: exemption: unknown key 'exemption'; did you mean 'exemptions'?",
        'infra/plimsoll.toml: discounts: discounts is no path; write discounts = "discounts.yaml"',
        'infra/plimsoll.toml: prices: prices is no path; write prices = "prices.yaml"',
        'infra/plimsoll.toml: regions: regions is no list of names; write regions = ["us-east-1"]',
    ]


@pytest.mark.parametrize("text", ["exemptions = ", "= 1", "[[", 'a = "', "\x00"])
def test_what_is_no_toml_says_so(text: str) -> None:
    (said,) = refused("# a comment\n" + text)
    assert "not TOML" in said


def test_the_line_of_a_mistake_is_told() -> None:
    assert refused("# a comment\n= 1\n")[0].startswith("infra/plimsoll.toml:2:1: not TOML; ")


def test_bytes_that_are_no_text() -> None:
    with pytest.raises(SpecError, match="not UTF-8"):
        read_project(b"\xff", FILE)
