"""Files of a commit: read as they stand there, and nothing else is touched."""

from pathlib import Path

import pytest

from plimsoll.files.git import GitTree, git_place
from plimsoll.ground.problems import SpecError
from tests.make.repository import commit, git, repository

FILES = {
    "specs/a.yaml": "one\n",
    "specs/deep/b.yml": "two\n",
    "specs/.hidden/c.yaml": "no\n",
    "specs/d.txt": "no\n",
}
SUFFIXES = (".yaml", ".yml", ".json")


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    found = repository(tmp_path / "repo", FILES)
    monkeypatch.chdir(found)
    return found


def tree(written: str) -> GitTree:
    place = git_place(written)
    assert place is not None
    return GitTree(place)


@pytest.mark.parametrize(
    ("written", "ref", "path"),
    [
        ("git:main", "main", ""),
        ("git:HEAD~1:specs", "HEAD~1", "specs"),
        ("git:origin/main:./specs/a.yaml", "origin/main", "./specs/a.yaml"),
    ],
)
def test_a_place_is_a_commit_and_a_path(written: str, ref: str, path: str) -> None:
    place = git_place(written)
    assert place is not None
    assert (place.ref, place.path, str(place)) == (ref, path, written)


@pytest.mark.parametrize("written", ["main", "specs/git:x", "./git:main", "-"])
def test_anything_else_is_no_place(written: str) -> None:
    assert git_place(written) is None


@pytest.mark.parametrize("written", ["git:", "git::specs", "git:--output=x", "git:-h:specs"])
def test_no_commit_is_an_error_and_no_option_of_git(written: str) -> None:
    with pytest.raises(SpecError, match="no commit is named"):
        git_place(written)


def test_a_folder_is_read_with_what_lies_below_and_nothing_hidden(repo: Path) -> None:
    assert tree("git:main").files("specs", SUFFIXES) == {
        "specs/a.yaml": b"one\n",
        "specs/deep/b.yml": b"two\n",
    }
    assert tree("git:main").files(".", SUFFIXES) == {"specs/a.yaml": b"one\n", "specs/deep/b.yml": b"two\n"}


def test_a_file_is_read_whatever_it_is_called(repo: Path) -> None:
    assert tree("git:main").files("specs/d.txt", SUFFIXES) == {"specs/d.txt": b"no\n"}


def test_a_path_that_is_not_there_is_none(repo: Path) -> None:
    assert tree("git:main").files("spec", SUFFIXES) is None


def test_an_earlier_commit_has_what_it_had(repo: Path) -> None:
    commit(repo, {"specs/a.yaml": "later\n"})
    assert tree("git:HEAD~1").files("specs/a.yaml", ()) == {"specs/a.yaml": b"one\n"}
    assert tree("git:HEAD").files("specs/a.yaml", ()) == {"specs/a.yaml": b"later\n"}


def test_names_of_any_bytes_and_contents_with_line_ends_are_read(repo: Path) -> None:
    commit(repo, {"specs/ein Ständer\t.yaml": "a\r\n\nb", "specs/empty.yaml": ""})
    found = tree("git:main").files("specs", SUFFIXES)
    assert found is not None
    assert found["specs/ein Ständer\t.yaml"] == b"a\r\n\nb"
    assert found["specs/empty.yaml"] == b""


def test_a_link_is_not_followed(repo: Path) -> None:
    (repo / "specs" / "link.yaml").symlink_to("/etc/hostname")
    commit(repo, {})
    found = tree("git:main").files("specs", SUFFIXES)
    assert found is not None
    assert "specs/link.yaml" not in found


def test_paths_are_those_of_the_repository_wherever_it_is_run(
    repo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repo / "specs")
    assert tree("git:main").path_of(Path("a.yaml")) == "specs/a.yaml"
    assert tree("git:main:./deep").path_said() == "specs/deep"
    assert tree("git:main:specs/deep").path_said() == "specs/deep"
    assert tree("git:main").files("specs/deep", SUFFIXES) == {"specs/deep/b.yml": b"two\n"}


def test_nothing_is_checked_out_or_written(repo: Path) -> None:
    commit(repo, {"specs/a.yaml": "later\n"})
    (repo / "specs" / "a.yaml").write_text("edited\n", encoding="utf-8")
    before = git(repo, "status", "--porcelain"), git(repo, "rev-parse", "HEAD")
    tree("git:HEAD~1").files("specs", SUFFIXES)
    assert (git(repo, "status", "--porcelain"), git(repo, "rev-parse", "HEAD")) == before
    assert (repo / "specs" / "a.yaml").read_text(encoding="utf-8") == "edited\n"


def test_a_commit_that_is_not_there_is_told(repo: Path) -> None:
    with pytest.raises(SpecError, match="git knows no such commit"):
        tree("git:gone")


def test_a_folder_without_a_repository_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(SpecError, match="git cannot read it"):
        tree("git:main")


def test_a_path_outside_is_told(repo: Path, tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="lies outside"):
        tree("git:main").path_of(tmp_path / "other.yaml")


def test_no_git_is_told(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(repo))
    with pytest.raises(SpecError, match="git cannot be run"):
        tree("git:main")
