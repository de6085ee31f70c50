"""What is written is written whole, or not at all and with a reason."""

from pathlib import Path

import pytest

from plimsoll.files.output import replace_folder
from plimsoll.ground.problems import SpecError


@pytest.mark.parametrize("place", ["/proc/x", "/dev/null/x"])
def test_a_folder_that_cannot_be_written_is_a_problem(place: str) -> None:
    with pytest.raises(SpecError, match=r"--out: .* cannot be written; .*; name another folder"):
        replace_folder(Path(place), {"a.yaml": "a"}, index="index.md", header="# a")


def test_a_folder_is_replaced_whole_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    folder = tmp_path / "objects"
    for text in ("one", "two"):
        replace_folder(
            folder, {"index.md": "# ours", f"{text}.yaml": text}, index="index.md", header="# ours"
        )
    assert sorted(path.name for path in folder.iterdir()) == ["index.md", "two.yaml"]
    assert [path.name for path in tmp_path.iterdir()] == ["objects"]
