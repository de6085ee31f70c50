"""What is written is written whole, or not at all and with a reason."""

from pathlib import Path

import pytest

from plimsoll.files.output import replace_folder, replace_page, write_all
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


def test_several_files_are_written_or_none(tmp_path: Path) -> None:
    first, second = tmp_path / "a.json", tmp_path / "none" / "b.json"
    first.write_text("old")
    with pytest.raises(SpecError, match=r"none/b\.json: cannot be written"):
        write_all({first: "new", second: "new"})
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]
    assert first.read_text() == "old"
    second.parent.mkdir()
    write_all({first: "new", second: "ü"})
    assert (first.read_text(), second.read_text(encoding="utf-8")) == ("new", "ü")
    assert sorted(path.name for path in tmp_path.rglob("*.json")) == ["a.json", "b.json"]


def test_a_page_replaces_a_page_and_nothing_else(tmp_path: Path) -> None:
    page, spec = tmp_path / "new" / "report.html", tmp_path / "chat.yaml"
    for text in ("<!doctype html>one", "<!doctype html>two"):
        replace_page(text, page)
        assert page.read_text() == text
    spec.write_text("model: a/b\n")
    with pytest.raises(SpecError, match=r"--out: .*chat\.yaml exists and is no HTML page"):
        replace_page("<!doctype html>", spec)
    assert spec.read_text() == "model: a/b\n"
