"""Read one YAML mapping, with the place of everything in it, and refuse what could mislead.

The syntax is libyaml's; the scalars are those of YAML 1.2 core (https://yaml.org/spec/1.2.2/#103-core-schema),
where `no` is text and `0o17` is a number. The tree is built from parser events with a bound on depth and on
the number of nodes, so neither nesting nor size can hurt. What is wrong but leaves the rest readable
(a key twice, a tag, an anchor) is collected, so that one run reports the whole file.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn, cast

import yaml

from plimsoll.errors import Problem, SpecError

SpecPath = tuple[str | int, ...]

MAX_BYTES = 1 << 20
"""A spec is a few kilobytes; nothing larger is even parsed."""
MAX_DEPTH = 16
MAX_NODES = 5_000
MOST_PROBLEMS = 100
"""Problems of one file that are printed."""

_NULL = re.compile(r"null|Null|NULL|~|")
_BOOL = re.compile(r"true|True|TRUE|false|False|FALSE")
_INT = re.compile(r"[-+]?[0-9]+")
_OCTAL_HEX = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_INF_NAN = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_OTHER_DIALECT = re.compile(
    r"(?:yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ].*)?)"
)
"""Plain text here, but a boolean or a date to YAML 1.1 readers: editors and other tools would disagree."""
_NOT_YAML = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters outside YAML 1.2 `c-printable` (https://yaml.org/spec/1.2.2/#51-character-set)."""
_LONG_KEY = 60
_LONG_NUMBER = 400
"""Digits that no quantity has; such a number is read as a float (infinite), never digit by digit."""


@dataclass(frozen=True, slots=True)
class Place:
    """A position in the file, both counted from 1."""

    line: int
    column: int


@dataclass(slots=True)
class Source:
    """One file: its value, where each value and key stands, and how ambiguous scalars were written.

    `plain` holds the raw text of every unquoted scalar that some YAML dialect does not read as text.
    `refused` are the paths of values that `problems` already refuses (aliases, tagged values): what else
    is wrong with them is of no interest.
    """

    file: str
    value: dict[str, Any]
    values: dict[SpecPath, Place]
    keys: dict[SpecPath, Place]
    plain: dict[SpecPath, str]
    refused: frozenset[SpecPath]
    problems: list[Problem]

    def place(self, path: SpecPath, *, of_key: bool = False) -> Place:
        """Find the place of a value (or of its key); of the nearest parent if it is not there."""
        if of_key and path in self.keys:
            return self.keys[path]
        while path and path not in self.values:
            path = path[:-1]
        return self.values.get(path, Place(1, 1))


def parse(text: bytes, file: str) -> Source:
    """Read the bytes of one spec.

    Raises:
        SpecError: the bytes are not one YAML mapping in UTF-8, or exceed the bounds; with what was
            found to be wrong up to there.
    """
    return _Reader(file).read(_decoded(text, file))


def _decoded(raw: bytes, file: str) -> str:
    if len(raw) > MAX_BYTES:
        raise SpecError(too_large(file, None))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8", "replace")
        raise SpecError(_unreadable(file, before, f"byte 0x{raw[error.start]:02x} is not UTF-8")) from None
    bad = _NOT_YAML.search(text)
    if bad:
        what = f"character U+{ord(bad.group()):04X} is not allowed in YAML"
        raise SpecError(_unreadable(file, text[: bad.start()], what))
    if not text.strip():
        raise SpecError(_empty(file))
    return text


def too_large(file: str, size: int | None) -> Problem:
    """Say that a file is larger than any spec; `size` in bytes if it is known."""
    has = f"the file has {size:,} bytes" if size is not None else "the file is too large"
    return Problem(
        has, f"a workload spec has at most {MAX_BYTES:,} bytes", "give the path of a workload spec", file=file
    )


def _unreadable(file: str, before: str, what: str) -> Problem:
    line = before.count("\n") + 1
    column = len(before) - (before.rfind("\n") + 1) + 1
    return Problem(
        what, "a workload spec is UTF-8 text", "save it as UTF-8", file=file, line=line, column=column
    )


def _empty(file: str) -> Problem:
    return Problem(
        "the file is empty",
        "a workload spec needs at least model and load",
        "run 'plimsoll new NAME' for one to start from",
        file=file,
        line=1,
        column=1,
    )


@dataclass(slots=True)
class _Open:
    """A mapping or sequence whose end was not reached yet."""

    value: dict[str, Any] | list[Any]
    path: SpecPath
    key: str | None = None
    skip: bool = False
    """The value that comes next belongs to a key that was refused."""


@dataclass(slots=True)
class _Reader:
    file: str
    values: dict[SpecPath, Place] = field(default_factory=dict[SpecPath, Place])
    keys: dict[SpecPath, Place] = field(default_factory=dict[SpecPath, Place])
    plain: dict[SpecPath, str] = field(default_factory=dict[SpecPath, str])
    refused: set[SpecPath] = field(default_factory=set[SpecPath])
    problems: list[Problem] = field(default_factory=list[Problem])
    nodes: int = 0
    documents: int = 0
    root: object = None
    stack: list[_Open] = field(default_factory=list[_Open])

    def read(self, text: str) -> Source:
        try:
            for event in _events(text):
                self._take(event)
        except yaml.MarkedYAMLError as error:
            self._stop(_syntax_problem(error, text))
        except yaml.YAMLError as error:
            self._stop(Problem(f"not YAML: {error}", line=1, column=1))
        root: object = self.root
        if not isinstance(root, dict):
            self._stop(self._not_a_mapping())
        value = cast("dict[str, Any]", root)
        return Source(
            self.file, value, self.values, self.keys, self.plain, frozenset(self.refused), self.problems
        )

    def _stop(self, problem: Problem) -> NoReturn:
        last = replace(problem, file=self.file)
        raise SpecError([*in_order(self.problems), last])

    def _report(self, problem: Problem) -> None:
        self.problems.append(replace(problem, file=self.file))

    def _not_a_mapping(self) -> Problem:
        place = self.values.get((), Place(1, 1))
        if self.root is None:
            return _empty(self.file)
        kind = "a list" if isinstance(self.root, list) else "a single value"
        return Problem(
            f"the file holds {kind}",
            "a workload spec is a mapping of keys to values",
            "start with 'model: …' and 'load: …', or run 'plimsoll new NAME'",
            line=place.line,
            column=place.column,
        )

    def _take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.ScalarEvent):
            self._node(event)
            self._scalar(event)
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._node(event)
            self._open(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self.stack.pop()
        elif isinstance(event, yaml.DocumentStartEvent):
            self._document(event)

    def _document(self, event: yaml.DocumentStartEvent) -> None:
        self.documents += 1
        if self.documents > 1:
            self._stop(
                self._at(
                    event,
                    "a second YAML document starts here",
                    "one file holds one workload",
                    "move it into a file of its own",
                )
            )
        if event.tags or (event.version and tuple(event.version) == (1, 1)):
            what = "the file asks for YAML 1.1" if not event.tags else "the file declares tags"
            self._report(self._at(event, what, "a workload spec is plain YAML 1.2", "remove the line with %"))

    def _node(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            why = f"a workload spec has at most {MAX_NODES:,} values"
            self._stop(self._at(event, "the file holds too many values", why, "remove what does not belong"))
        if event.anchor is not None:
            self._report(
                self._at(
                    event,
                    f"anchor &{event.anchor}",
                    "anchors and aliases are not used in a workload spec",
                    "write each value where it belongs",
                )
            )
        if event.tag is not None:
            self._report(
                self._at(
                    event,
                    f"tag {event.tag}",
                    "a workload spec holds plain values only",
                    "remove the tag; put text in quotes",
                )
            )

    def _alias(self, event: yaml.AliasEvent) -> None:
        self._report(
            self._at(
                event,
                f"alias *{event.anchor}",
                "anchors and aliases are not used in a workload spec",
                "write the value out",
            )
        )
        self._refuse(self._place_value(event, None))

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        top = self.stack[-1] if self.stack else None
        if top is not None and isinstance(top.value, dict) and top.key is None:
            self._key(top, event)
            return
        value = event.value if event.style else _core_scalar(event.value)
        path = self._place_value(event, value)
        ambiguous = not isinstance(value, str) or _OTHER_DIALECT.fullmatch(value)
        if path is not None and not event.style and ambiguous:
            self.plain[path] = event.value
        if event.tag is not None:
            self._refuse(path)

    def _refuse(self, path: SpecPath | None) -> None:
        if path is not None:
            self.refused.add(path)

    def _key(self, top: _Open, event: yaml.ScalarEvent) -> None:
        name: str = event.value
        path = (*top.path, name)
        top.key = name
        top.skip = False
        if name == "<<" and not event.style:
            top.skip = True
            fix = "write the keys out"
            self._report(self._at(event, "merge key <<", "merge keys are not part of YAML 1.2", fix))
        elif path in self.keys:
            top.skip = True
            first = self.keys[path]
            why = f"the first one is at line {first.line}"
            self._report(self._at(event, f"key {name!r} is given twice", why, "remove one", path=path))
        else:
            self.keys[path] = _place(event)

    def _open(self, event: yaml.CollectionStartEvent) -> None:
        if len(self.stack) >= MAX_DEPTH:
            why = f"a workload spec nests at most {MAX_DEPTH} levels"
            self._stop(self._at(event, "the nesting is too deep", why, "remove a level"))
        top = self.stack[-1] if self.stack else None
        if top is not None and isinstance(top.value, dict) and top.key is None:
            what = "a list or mapping stands where a key belongs"
            self._stop(self._at(event, what, "keys are plain words", "put braces around values in quotes"))
        value: dict[str, Any] | list[Any] = {} if isinstance(event, yaml.MappingStartEvent) else []
        path = self._place_value(event, value)
        if event.tag is not None:
            self._refuse(path)
        # A refused value is still walked (its anchors and tags are reported), away from the tree.
        self.stack.append(_Open(value, path if path is not None else ("<refused>", self.nodes)))

    def _place_value(self, event: yaml.Event, value: object) -> SpecPath | None:
        """Put a value where its parent expects it; None if its key was refused."""
        if not self.stack:
            self.root = value
            self.values[()] = _place(event)
            return ()
        top = self.stack[-1]
        if isinstance(top.value, list):
            path = (*top.path, len(top.value))
            top.value.append(value)
        else:
            key, top.key = str(top.key), None
            if top.skip:
                return None
            path = (*top.path, key)
            top.value[key] = value
        self.values[path] = _place(event)
        return path

    def _at(self, event: yaml.Event, what: str, why: str, fix: str, path: SpecPath = ()) -> Problem:
        place = _place(event)
        return Problem(what, why, fix, path=dotted(path), line=place.line, column=place.column)


def in_order(problems: list[Problem]) -> list[Problem]:
    """Sort the problems of a file by place, each once; beyond `MOST_PROBLEMS` they are counted only."""
    unique = sorted(set(problems), key=lambda item: (item.line, item.column, item.path, item.what))
    if len(unique) <= MOST_PROBLEMS:
        return unique
    rest = f"and {len(unique) - MOST_PROBLEMS:,} more problems"
    return [*unique[:MOST_PROBLEMS], replace(unique[MOST_PROBLEMS], what=rest, why="", fix="", path="")]


def dotted(path: SpecPath) -> str:
    """Write a path as `load.profile[3]`."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            name = part if len(part) <= _LONG_KEY else f"{part[: _LONG_KEY - 1]}…"
            text += f".{name}" if text else name
    return text


def _events(text: str) -> Iterator[yaml.Event]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return cast("Iterator[yaml.Event]", yaml.parse(text, Loader=loader))  # pyright: ignore[reportUnknownMemberType]


def _place(event: yaml.Event) -> Place:
    return Place(event.start_mark.line + 1, event.start_mark.column + 1)


def _core_scalar(text: str) -> object:
    """Read a plain scalar by the YAML 1.2 core schema."""
    if _NULL.fullmatch(text):
        return None
    if _BOOL.fullmatch(text):
        return text.lower() == "true"
    if _INT.fullmatch(text) and len(text) <= _LONG_NUMBER:
        return int(text)
    if _OCTAL_HEX.fullmatch(text) and len(text) <= _LONG_NUMBER:
        return int(text, 0)
    if _FLOAT.fullmatch(text):
        return float(text)
    if _INF_NAN.fullmatch(text):
        return float(text.replace(".", ""))
    return text


_SYNTAX = (
    (
        "found character that cannot start any token",
        "a character cannot stand here",
        "put the text in quotes",
    ),
    ("mapping values are not allowed", "a second ':' stands in this line", "put text with ': ' in quotes"),
    ("could not find expected ':'", "a key without ':' and a space after it", "write 'key: value'"),
    ("did not find expected key", "the indentation or a bracket does not fit", "align the keys of a block"),
    ("did not find expected ',' or", "a bracket is not closed", "close it, and put commas between items"),
    (
        "did not find expected '-'",
        "the items of a list are not aligned",
        "start each with '- ' in one column",
    ),
    ("unexpected end of stream", "a quote is not closed", "close the quote"),
    ("did not find expected <document start>", "text stands after the end", "remove it, or indent it"),
    ("nesting", "the nesting is too deep", "remove a level"),
)
"""What libyaml's words mean to someone who writes a spec: part of its message, what is wrong, the fix."""

_NO_SPACE = re.compile(r"\s*[\w-]+:[^\s:].*")


def _syntax_problem(error: yaml.MarkedYAMLError, text: str) -> Problem:
    said = (error.problem or "not YAML").strip()
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
    lines = text.splitlines()
    here = lines[line - 1] if line <= len(lines) else ""
    if here[column - 1 : column] == "\t" or "\t" in here[: len(here) - len(here.lstrip())]:
        what, fix = "a tab stands in the indentation", "indent with spaces"
        return Problem(what, f"YAML: {said}", fix, line=line, column=column)
    if line > 1 and "mapping values" in said and _NO_SPACE.fullmatch(lines[line - 2]):
        what, fix = "no space after ':'", "write 'key: value'"
        return Problem(what, f"YAML: {said}", fix, line=line - 1, column=lines[line - 2].index(":") + 1)
    for part, what, fix in _SYNTAX:
        if part in said:
            return Problem(what, f"YAML: {said}", fix, line=line, column=column)
    return Problem(f"not YAML: {said}", "", "check this line and the one before", line=line, column=column)
