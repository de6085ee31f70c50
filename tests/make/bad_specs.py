r"""The corpus of broken specs: tables of `cases/specs_bad/`, each case a spec and what is said about it.

`spec` is the text of the file; a `…` in it repeats the character before it `times` times. What is no
UTF-8 stands under `bytes`, one character a byte (`"\x89PNG"`). `says` has a line for each problem, with the
place but without the name of the file.

`python -m tests.make.bad_specs` rewrites what is said; read the diff before you commit it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from plimsoll.catalog.tables import load
from plimsoll.ground.problems import SpecError
from plimsoll.show.text import visible
from plimsoll.spec.runs.read import load_any
from tests.make.places import CASES

FOLDER = CASES / "specs_bad"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_ESCAPES = {"\n": r"\n", "\r": r"\r", "\t": r"\t", '"': r"\"", "\\": r"\\"}


@dataclass(frozen=True, slots=True)
class BadSpec:
    """One broken spec: its bytes, and the lines that a person reads."""

    name: str
    content: bytes
    said: str

    def written(self, folder: Path) -> Path:
        """Write the spec into a folder."""
        file = folder / f"{self.name}.yaml"
        file.write_bytes(self.content)
        return file


@cache
def bad_specs() -> tuple[BadSpec, ...]:
    """Every case of every table, by name."""
    found = [_bad_spec(name, case) for file in tables() for name, case in read(file).items()]
    return tuple(sorted(found, key=lambda case: case.name))


def bad_spec(name: str) -> BadSpec:
    """The case of that name."""
    return next(case for case in bad_specs() if case.name == name)


def said_about(file: Path) -> str:
    """What a person reads about a broken spec, without the folder of the file; empty if it is good."""
    try:
        load_any(file, load())
    except SpecError as error:
        lines = [visible(str(problem)) for problem in error.problems]
        return "".join(line.replace(f"{file.parent}/", "") + "\n" for line in lines)
    return ""


def tables() -> list[Path]:
    """The files of the corpus."""
    return sorted(FOLDER.glob("*.yaml"))


def read(file: Path) -> dict[str, dict[str, Any]]:
    """One table."""
    return yaml.load(file.read_text(encoding="utf-8"), _LOADER)


def _bad_spec(name: str, case: Mapping[str, Any]) -> BadSpec:
    said = "".join(f"{name}.yaml:{line}\n" for line in case["says"].splitlines())
    return BadSpec(name, _content(case), said)


def _content(case: Mapping[str, Any]) -> bytes:
    if "bytes" in case:
        return case["bytes"].encode("latin-1")
    text: str = case["spec"]
    if "times" in case:
        place = text.index("…")
        text = text[: place - 1] + case["times"] * text[place - 1] + text[place + 1 :]
    return text.encode()


def table(intro: str, cases: Mapping[str, Mapping[str, Any]]) -> str:
    """A table as it is kept: each text in lines of its own wherever YAML can do that."""
    lines = [intro.rstrip()]
    for name, case in cases.items():
        lines += ["", f"{name}:", *(line for key, value in case.items() for line in _entry(key, value))]
    return "\n".join(lines) + "\n"


def _entry(key: str, value: str | int) -> Iterator[str]:
    if isinstance(value, int):
        yield f"  {key}: {value}"
    elif key != "bytes" and _plain(value):
        yield f"  {key}: |"
        yield from (f"    {line}" if line else "" for line in value.splitlines())
    else:
        yield f"  {key}: {_quoted(value)}"


def _plain(text: str) -> bool:
    """Whether a block of YAML gives the text back."""
    lines = text.split("\n")
    ends = lines[0].strip() and lines[0][0] != " " and lines.pop() == "" and lines[-1]
    return bool(ends) and all(line.isprintable() and line == line.rstrip() for line in lines)


def _quoted(text: str) -> str:
    return '"' + "".join(_ESCAPES.get(char) or _code(char) for char in text) + '"'


def _code(char: str) -> str:
    number = ord(char)
    if " " <= char <= "~":
        return char
    if number < 256:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 65536 else f"\\U{number:08x}"


def main() -> None:
    """Ask about every case anew, and rewrite the tables."""
    for file in tables():
        text = file.read_text(encoding="utf-8")
        cases = read(file)
        with TemporaryDirectory() as folder:
            for name, case in cases.items():
                said = said_about(_bad_spec(name, case).written(Path(folder)))
                case["says"] = said.replace(f"{name}.yaml:", "")
        file.write_text(table(text[: text.index("\n\n")], cases), encoding="utf-8")


if __name__ == "__main__":
    main()
