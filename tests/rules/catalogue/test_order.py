"""Region files are halved by their first cell: a line out of order would be a price that is not there."""

from importlib.resources import files
from itertools import pairwise

import pytest

FOLDERS = ("prices", "offerings", "services")


def out_of_order(lines: list[str]) -> list[str]:
    """List the lines whose first cell comes before that of the line above."""
    keys = [line[: line.index(",") + 1] for line in lines]
    return [lines[place + 1] for place, (above, here) in enumerate(pairwise(keys)) if here < above]


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_region_file_is_in_the_order_of_its_first_cell(folder: str) -> None:
    found = [
        path
        for path in files("plimsoll.catalog.data").joinpath(folder).iterdir()
        if path.name.endswith(".csv")
    ]
    assert found
    wrong = {path.name: out_of_order(path.read_text().splitlines()[1:]) for path in found}
    assert not {name: lines for name, lines in wrong.items() if lines}


def test_a_line_out_of_order_is_noticed() -> None:
    assert out_of_order(["a,1", "a-b,1", "a,2"]) == ["a,2"]
