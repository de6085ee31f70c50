"""Read files as they stand at a commit of a git repository: nothing is checked out, nothing is written."""

import subprocess
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from plimsoll.ground.problems import Problem, SpecError
from plimsoll.ground.start_up import record

PREFIX = "git:"

_SECONDS = 60
"""More than reading a few hundred small files takes; a hanging git is not waited for."""

_QUIET = {"GIT_NO_LAZY_FETCH": "1", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
"""Nothing is fetched, locked or asked, and messages are in one language."""


@record
class GitPlace:
    """A commit of the repository around a folder, and a path in it as `git:REF:PATH` writes it.

    `path` begins at the root of the repository, or with `./` at the folder; empty where only REF was said.
    """

    ref: str
    path: str

    def __str__(self) -> str:
        return f"{PREFIX}{self.ref}:{self.path}" if self.path else f"{PREFIX}{self.ref}"


def git_place(written: str) -> GitPlace | None:
    """Read `git:REF[:PATH]`; None for anything else.

    Raises:
        SpecError: it names no commit.
    """
    if not written.startswith(PREFIX):
        return None
    ref, _, path = written.removeprefix(PREFIX).partition(":")
    if not ref or ref.startswith("-"):
        fix = "write git:main, git:HEAD~1:workloads, …"
        raise SpecError(Problem("no commit is named", "", fix, file=written))
    return GitPlace(ref, path)


class GitTree:
    """The files of one commit.

    Raises, in every method:
        SpecError: git is not there, this is no repository, or it has no such commit.
    """

    def __init__(self, place: GitPlace) -> None:
        self._place = place
        self._root = Path(self._line("rev-parse", "--show-toplevel"))
        told = self._run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{place.ref}^{{commit}}")
        if told.returncode:
            why = "fetch it first: a shallow clone holds one commit"
            raise SpecError(Problem("git knows no such commit", "", why, file=str(place)))
        self._commit = told.stdout.decode().strip()

    def path_of(self, local: Path) -> str:
        """Name a path of the working tree as the repository does.

        Raises:
            SpecError: it lies outside.
        """
        real = local.resolve()
        if not real.is_relative_to(self._root.resolve()):
            why = f"the repository is {self._root}"
            raise SpecError(Problem(f"{local} lies outside of the repository", why, "name a path in it"))
        return real.relative_to(self._root.resolve()).as_posix()

    def path_said(self) -> str:
        """Name the path that was said as the repository does."""
        said = self._place.path
        return self.path_of(Path(said)) if said.startswith("./") else str(PurePosixPath(said))

    def files(self, path: str, suffixes: Sequence[str]) -> dict[str, bytes] | None:
        """Read a file, or every file of a folder that ends so, by path; None where there is no such path."""
        asked = [] if path == "." else [path]
        listed = self._out("ls-tree", "-r", "-z", "--full-tree", self._commit, "--", *asked)
        if not listed:
            return None if asked else {}
        blobs: dict[str, str] = {}
        for entry in listed.decode("utf-8", "surrogateescape").rstrip("\0").split("\0"):
            meta, _, name = entry.partition("\t")
            mode, kind, blob = meta.split(" ")
            if kind == "blob" and mode != _LINK and (name == path or _wanted(name, path, suffixes)):
                blobs[name] = blob
        return self._contents(blobs)

    def _contents(self, blobs: dict[str, str]) -> dict[str, bytes]:
        asked = "".join(f"{blob}\n" for blob in blobs.values()).encode()
        answer = self._out("cat-file", "--batch", asked=asked)
        found: dict[str, bytes] = {}
        at = 0
        for name in blobs:
            end = answer.index(b"\n", at)
            head = answer[at:end].split()
            if len(head) != len(("object", "type", "size")):
                raise SpecError(Problem("git has lost it", "", "run git fsck", file=f"{self._place}: {name}"))
            start, size = end + 1, int(head[2])
            found[name] = answer[start : start + size]
            at = start + size + 1
        return found

    def _line(self, *arguments: str) -> str:
        return self._out(*arguments).decode("utf-8", "surrogateescape").rstrip("\n")

    def _out(self, *arguments: str, asked: bytes = b"") -> bytes:
        done = self._run(*arguments, asked=asked)
        if done.returncode:
            why = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
            raise SpecError(
                Problem("git cannot read it", why, "run it in the repository", file=str(self._place))
            )
        return done.stdout

    def _run(self, *arguments: str, asked: bytes = b"") -> "subprocess.CompletedProcess[bytes]":
        import os

        try:
            return subprocess.run(  # noqa: S603 - our own arguments, no shell
                ["git", *arguments],  # noqa: S607 - the git that the user has
                input=asked,
                capture_output=True,
                check=False,
                timeout=_SECONDS,
                env={**os.environ, **_QUIET},
            )
        except (OSError, ValueError) as error:
            fix = "install git, or give a folder"
            raise SpecError(Problem("git cannot be run", str(error), fix, file=str(self._place))) from None
        except subprocess.TimeoutExpired:
            why = f"it took more than {_SECONDS} s"
            raise SpecError(Problem("git did not answer", why, "try again", file=str(self._place))) from None


_LINK = "120000"
"""The mode of a symbolic link in a tree."""


def _wanted(name: str, path: str, suffixes: Sequence[str]) -> bool:
    """Take what ends so and lies in no hidden folder below the path."""
    inside = name if path == "." else name.removeprefix(f"{path}/")
    hidden = any(part.startswith(".") for part in inside.split("/"))
    return name.endswith(tuple(suffixes)) and not hidden
