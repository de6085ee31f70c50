"""The sides of a change are named on the command line: files, folders, or `git:REF[:PATH]`."""

import posixpath
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

from plimsoll.cli.specs import in_project
from plimsoll.files.git import GitPlace, GitTree, git_place
from plimsoll.files.named import SUFFIXES, texts_of
from plimsoll.ground.problems import Problem, SpecError
from plimsoll.ground.start_up import record
from plimsoll.models.read import CONFIG, config_data
from plimsoll.review.diff.shelf import Shelf
from plimsoll.review.diff.texts import SideReader, SideText
from plimsoll.review.solved.entry import Entry
from plimsoll.show.text import visible
from plimsoll.spec.overrides import Override, Overrides, put
from plimsoll.spec.read import LoadedSpec
from plimsoll.spec.runs.read import LoadedRun, any_from_text
from plimsoll.text.source import parse

MOST_BYTES = 1 << 26
"""Bytes of one file of a side: 64 MiB are a hundred plans with all their candidates."""


def read_sides(names: tuple[str, str], shelf: Shelf) -> tuple[list[Entry], list[Entry]]:
    """Read both sides; problems of both come together.

    Raises:
        SpecError: with every problem of every file.
    """
    problems: list[Problem] = []
    found: list[list[Entry]] = []
    for name, other in (names, names[::-1]):
        try:
            found.append(_entries(name, other, shelf))
        except SpecError as error:
            problems += error.problems
    if problems:
        raise SpecError(list(dict.fromkeys(problems)))
    before, after = found
    return before, after


@record
class Found:
    """The texts of a side, whether they are those of a folder, and the commit that they are of, if any."""

    texts: list[SideText]
    folder: bool
    tree: GitTree | None = None


def _entries(name: str, other: str, shelf: Shelf) -> list[Entry]:
    place = git_place(name)
    found = _of_path(name) if place is None else _of_git(place, other)
    reader = SideReader(lambda text: _spec(text, found.tree, shelf), shelf)
    entries = reader.entries(found.texts, folder=found.folder)
    for file in reader.passed_over:
        print(visible(f"note: {file}, and passed over"), file=sys.stderr)  # noqa: T201 - the talk
    return entries


def _spec(text: SideText, tree: GitTree | None, shelf: Shelf) -> LoadedSpec | LoadedRun:
    """Read a spec; the config.json that one of a commit refers to is read at that commit."""
    raw, overrides = text.text.encode("utf-8", "surrogatepass"), in_project(None)
    if tree is not None and (config := _config_at(text, tree, shelf)):
        said = overrides or Overrides()
        overrides = replace(said, settings=(*said.settings, config))
    return any_from_text(raw, shelf.catalog, file=text.file, folder=Path(text.folder), overrides=overrides)


def _config_at(text: SideText, tree: GitTree, shelf: Shelf) -> Override | None:
    model = parse(text.text.encode("utf-8", "surrogatepass"), text.file).value.get("model")
    if not isinstance(model, str) or shelf.catalog.model(model) is not None:
        return None
    path = posixpath.normpath(posixpath.join(text.folder, model))
    path = path if path.endswith(".json") else f"{path}/{CONFIG}"
    files = tree.files(path, ()) if not path.startswith(("../", "/")) else None
    if not files:
        return None
    file = f"{text.file}: {path}"
    return put(("config",), config_data(files[path], file=file), file)


def _of_path(name: str) -> Found:
    folder = Path(name).is_dir()
    problems: list[Problem] = []
    found = [
        SideText(file, str(Path(file).parent), text) for file, text in texts_of([name], MOST_BYTES, problems)
    ]
    if problems and not (folder and not found and problems[0].file == name):
        raise SpecError(problems)
    return Found(found, folder)


def _of_git(place: GitPlace, other: str) -> Found:
    """Read a side at a commit; a path that is only the other side's may not have been there yet."""
    tree = GitTree(place)
    path = tree.path_said() if place.path else _path_of(other, tree, place)
    found = tree.files(path, SUFFIXES)
    if found is None and place.path:
        raise SpecError(Problem("the commit has no such path", "", "check the path", file=str(place)))
    if found is None:
        print(visible(f"note: {place} has no {path}: all of it is new"), file=sys.stderr)  # noqa: T201 - the talk
    files = found or {}
    return Found(list(_texts(files, place)), files.keys() != {path}, tree)


def _path_of(other: str, tree: GitTree, place: GitPlace) -> str:
    theirs = git_place(other)
    if theirs is None and other != "-":
        return tree.path_of(Path(other))
    if theirs is None or not theirs.path:
        fix = f"write {place}:PATH"
        raise SpecError(Problem("no path is named", "the other side names none either", fix, file=str(place)))
    return GitTree(theirs).path_said()


def _texts(files: dict[str, bytes], place: GitPlace) -> Iterator[SideText]:
    for name, raw in files.items():
        shown = str(GitPlace(place.ref, name))
        try:
            yield SideText(shown, str(PurePosixPath(name).parent), raw.decode("utf-8-sig"))
        except UnicodeDecodeError:
            raise SpecError(Problem("not UTF-8 text", "", "save it as UTF-8", file=shown)) from None
