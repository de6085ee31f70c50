"""A folder of manifests is shared with others: what is ours is renewed, what is not is left alone."""

from pathlib import Path

import pytest
import yaml

from plimsoll.ground.problems import SpecError
from plimsoll.objects.folder import write_folder
from plimsoll.objects.manifest import INDEX


def ours(workload: str, note: str = "") -> str:
    return f"kind: X\nmetadata:\n  labels: {{plimsoll.dev/workload: {workload}}}\nnote: {note!r}\n"


def listed(folder: Path) -> list[str]:
    return yaml.safe_load((folder / INDEX).read_text())["resources"]


def test_files_are_written_and_written_again(tmp_path: Path) -> None:
    for note in ("one", "two"):
        write_folder(tmp_path / "new", {"a/x.yaml": ours("a", note)}, ["a"], force=False)
    assert "two" in (tmp_path / "new" / "a" / "x.yaml").read_text()
    assert listed(tmp_path / "new") == ["a/x.yaml"]


def test_a_foreign_file_is_replaced_by_force_alone(tmp_path: Path) -> None:
    for name in ("x.yaml", "y.yaml"):
        (tmp_path / name).write_text("kind: Theirs\n")
    files = {"x.yaml": ours("a"), "y.yaml": ours("a"), "z.yaml": ours("a")}
    with pytest.raises(SpecError) as refused:
        write_folder(tmp_path, files, ["a"], force=False)
    assert [Path(each.file).name for each in refused.value.problems] == ["x.yaml", "y.yaml"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["x.yaml", "y.yaml"], "nothing was written"
    write_folder(tmp_path, files, ["a"], force=True)
    assert (tmp_path / "x.yaml").read_text() == ours("a")


def test_a_workload_beside_another_stays_and_what_a_plan_has_no_more_goes(tmp_path: Path) -> None:
    write_folder(tmp_path, {"a/x.yaml": ours("a"), "a/y.yaml": ours("a")}, ["a"], force=False)
    write_folder(tmp_path, {"b/x.yaml": ours("b")}, ["b"], force=False)
    assert listed(tmp_path) == ["a/x.yaml", "a/y.yaml", "b/x.yaml"]
    (tmp_path / "a" / "mine.yaml").write_text("kind: Mine\n")
    placed = write_folder(tmp_path, {"a/x.yaml": ours("a")}, ["a"], force=False)
    assert placed.removed == ("a/y.yaml",)
    assert listed(tmp_path) == ["a/x.yaml", "b/x.yaml"]
    assert (tmp_path / "a" / "mine.yaml").exists()
    assert not (tmp_path / "a" / "y.yaml").exists()


def test_an_index_of_somebody_elses_is_left_to_its_owner(tmp_path: Path) -> None:
    (tmp_path / INDEX).write_text("resources: [mine.yaml]\n")
    assert write_folder(tmp_path, {"x.yaml": ours("a")}, ["a"], force=False).index_kept
    assert listed(tmp_path) == ["mine.yaml"]


def test_an_index_leads_nowhere_else(tmp_path: Path) -> None:
    outside = tmp_path / "outside.yaml"
    outside.write_text(ours("a"))
    folder = tmp_path / "in"
    write_folder(folder, {"x.yaml": ours("a")}, ["a"], force=False)
    with (folder / INDEX).open("a") as index:
        index.write(f"- ../outside.yaml\n- {outside}\n")
    write_folder(folder, {"y.yaml": ours("a")}, ["a"], force=False)
    assert outside.exists()
    assert not (folder / "x.yaml").exists()


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SpecError, match="cannot be written"):
        write_folder(tmp_path / "file", {"x.yaml": ours("a")}, ["a"], force=False)
