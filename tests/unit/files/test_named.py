"""Named files are read within a limit; of a folder the manifests, without what is hidden."""

from pathlib import Path

import pytest

from plimsoll.files.named import texts_of
from plimsoll.ground.problems import Problem


def read(path: Path, most_bytes: int = 100) -> tuple[list[tuple[str, str]], list[Problem]]:
    problems: list[Problem] = []
    return list(texts_of([str(path)], most_bytes, problems)), problems


def test_a_folder_gives_its_manifests_in_order(tmp_path: Path) -> None:
    for name in ("b.yaml", "a.json", "notes.txt", ".hidden.yaml", "in/c.yml", ".git/d.yaml"):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(name)
    found, problems = read(tmp_path)
    assert [text for _, text in found] == ["a.json", "b.yaml", "in/c.yml"]
    assert problems == []


@pytest.mark.parametrize(
    ("raw", "what"),
    [(b"a" * 101, "larger than 100 bytes"), (b"\xff\xfe", "not UTF-8 text"), (None, "no such file")],
    ids=["large", "binary", "absent"],
)
def test_what_cannot_be_read_is_a_problem_of_that_file(tmp_path: Path, raw: bytes | None, what: str) -> None:
    file = tmp_path / "x.yaml"
    if raw is not None:
        file.write_bytes(raw)
    found, problems = read(file)
    assert found == []
    assert [(problem.what, problem.file) for problem in problems] == [(what, str(file))]


def test_a_file_of_exactly_the_limit_is_read(tmp_path: Path) -> None:
    file = tmp_path / "x.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + b"a" * 97)
    assert read(file) == ([(str(file), "a" * 97)], [])


def test_an_empty_folder_is_a_problem(tmp_path: Path) -> None:
    assert [problem.what for problem in read(tmp_path)[1]] == ["the folder holds no YAML or JSON"]
