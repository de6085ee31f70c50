"""Snapshots: whole or not at all, whatever fails in between."""

from pathlib import Path

import pytest

from plimsoll.files import snapshots
from plimsoll.files.snapshots import add, held_in
from plimsoll.ground.problems import SpecError


def everything(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_the_newest_holds_and_the_older_stay(tmp_path: Path) -> None:
    one = add(tmp_path / "p", "day", {"a/b.csv": "1"})
    two = add(tmp_path / "p", "day", {"a/b.csv": "2"})
    assert (one.name, two.name) == ("day", "day-2")
    assert held_in(tmp_path / "p") == two
    assert (one / "a/b.csv").read_text() == "1"


@pytest.mark.parametrize("at", ["write_text", "rename", "write_whole"])
def test_a_failure_leaves_the_folder_as_it_was(
    tmp_path: Path, at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(tmp_path / "p", "one", {"a.csv": "1"})
    before = everything(tmp_path)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(snapshots if at == "write_whole" else Path, at, full)
    with pytest.raises(SpecError, match="no space left"):
        add(tmp_path / "p", "two", {"a.csv": "2"})
    with pytest.raises(SpecError):
        add(tmp_path / "new" / "p", "two", {"a.csv": "2"})
    monkeypatch.undo()
    assert everything(tmp_path) == before
    assert (tmp_path / "p" / "CURRENT").read_text() == "one\n"


@pytest.mark.parametrize("text", ["", "../p", "none\n", "one/two"])
def test_a_pointer_to_no_snapshot_is_refused(tmp_path: Path, text: str) -> None:
    add(tmp_path, "one", {"a.csv": "1"})
    (tmp_path / "CURRENT").write_text(text)
    with pytest.raises(SpecError, match="names no snapshot"):
        held_in(tmp_path)
