"""Read files as they stand at a commit of a git repository, or leave a branch; nothing is checked out."""

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath

from plimsoll.ground.problems import Problem, SpecError
from plimsoll.ground.start_up import record

PREFIX = "git:"

_SECONDS = 60
"""More than reading a few hundred small files takes; a hanging git is not waited for."""

_QUIET = {"GIT_NO_LAZY_FETCH": "1", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
"""Nothing is fetched, locked or asked, and messages are in one language."""


def _called(
    arguments: Sequence[str], asked: bytes, folder: Path | None = None, own: Mapping[str, str] | None = None
) -> "subprocess.CompletedProcess[bytes]":
    """Run git and wait for it; `own` is more of its environment."""
    import os

    return subprocess.run(  # noqa: S603 - our own arguments, no shell
        ["git", *arguments],  # noqa: S607 - the git that the user has
        input=asked,
        capture_output=True,
        check=False,
        timeout=_SECONDS,
        cwd=folder,
        env={**os.environ, **_QUIET, **(own or {})},
    )


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
        try:
            return _called(arguments, asked)
        except (OSError, ValueError) as error:
            fix = "install git, or give a folder"
            raise SpecError(Problem("git cannot be run", str(error), fix, file=str(self._place))) from None
        except subprocess.TimeoutExpired:
            why = f"it took more than {_SECONDS} s"
            raise SpecError(Problem("git did not answer", why, "try again", file=str(self._place))) from None


def leave_branch(folder: Path, branch: str, texts: Mapping[str, str], message: str) -> str:
    """Leave a branch one commit ahead of HEAD, in which files of a folder have other texts; give its commit.

    Nothing is checked out, and neither the working tree nor the index of the repository is touched.

    Raises:
        SpecError: git is not there, it is no repository, has no commit or author, or the branch exists.
    """
    import tempfile

    ref = f"refs/heads/{branch}"
    with tempfile.TemporaryDirectory() as scratch:
        git = _Plumbing(folder, str(Path(scratch) / "index"))
        top = Path(git.line("rev-parse", "--show-toplevel")).resolve()
        if git.run("rev-parse", "--verify", "--quiet", ref).returncode == 0:
            fix = f"look at it, then: git branch -D {branch}"
            raise SpecError(
                Problem(f"the branch {branch} exists", "it is not written over", fix, file=str(folder))
            )
        git.line("read-tree", "HEAD")
        for name, text in texts.items():
            path = (folder.resolve() / name).relative_to(top).as_posix()
            blob = git.line("hash-object", "-w", "--stdin", asked=text.encode())
            git.line("update-index", "--add", "--cacheinfo", f"100644,{blob},{path}")
        commit = git.line("commit-tree", git.line("write-tree"), "-p", "HEAD", "-m", message)
        git.line("update-ref", ref, commit, "0" * len(commit))
    return commit


class _Plumbing:
    """Git in a folder, with an index of its own."""

    def __init__(self, folder: Path, index: str) -> None:
        self._folder, self._index = folder, index

    def line(self, *arguments: str, asked: bytes = b"") -> str:
        """Run git, and give its one line.

        Raises:
            SpecError: it failed.
        """
        done = self.run(*arguments, asked=asked)
        if done.returncode:
            why = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
            what = f"git {arguments[0]} failed"
            raise SpecError(
                Problem(what, why, "run it in a repository with a commit", file=str(self._folder))
            )
        return done.stdout.decode("utf-8", "surrogateescape").rstrip("\n")

    def run(self, *arguments: str, asked: bytes = b"") -> "subprocess.CompletedProcess[bytes]":
        """Run git, whatever comes of it."""
        try:
            return _called(arguments, asked, self._folder, {"GIT_INDEX_FILE": self._index})
        except (OSError, subprocess.TimeoutExpired) as error:
            raise SpecError(
                Problem("git cannot be run", str(error), "install git", file=str(self._folder))
            ) from None


_LINK = "120000"
"""The mode of a symbolic link in a tree."""


def _wanted(name: str, path: str, suffixes: Sequence[str]) -> bool:
    """Take what ends so and lies in no hidden folder below the path."""
    inside = name if path == "." else name.removeprefix(f"{path}/")
    hidden = any(part.startswith(".") for part in inside.split("/"))
    return name.endswith(tuple(suffixes)) and not hidden
