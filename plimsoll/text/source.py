"""Read one YAML mapping, with the place of everything in it, and refuse what could mislead.

The syntax is libyaml's; the scalars are those of YAML 1.2 core (https://yaml.org/spec/1.2.2/#103-core-schema),
where `no` is text and `0o17` is a number. The tree is built from parser events with a bound on depth and on
the number of nodes, so neither nesting nor size can hurt. What is wrong but leaves the rest readable
(a key twice, a tag, an anchor) is collected, so that one run reports the whole file.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NoReturn, cast

import yaml

from plimsoll.ground.paths import KeyPath
from plimsoll.ground.problems import Problem, SpecError
from plimsoll.text.file_kind import WORKLOAD, FileKind
from plimsoll.text.places import Place, Source, in_order
from plimsoll.text.syntax import decoded, empty, syntax_problem, unfilled

MAX_DEPTH = 16
MAX_NODES = 5_000

_WORDS: dict[str, object] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), math.inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -math.inf),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
}
_NUMBER = re.compile(
    r"(?P<int>[-+]?[0-9]+)|(?P<based>0o[0-7]+|0x[0-9a-fA-F]+)"
    r"|[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?"
)
_OTHER_DIALECT = re.compile(
    r"yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ].*)?"
    r"|[1-9][0-9]{0,8}(:[0-5]?[0-9]){1,3}"
)
"""Plain text here, but a boolean, a date or a number to base 60 to YAML 1.1 readers: editors and other tools
would disagree."""
_NOT_ZERO = re.compile(r"[-+]?[0.]*[1-9]")
_UNUSUAL = re.compile(r"[-+]?0[0-9ox]")
"""Octal, hexadecimal, and digits after a leading zero, which are octal to YAML 1.1."""
_SHOWN_DIGITS = 60
_LONG_NUMBER = 400
"""Digits that no quantity has; such a number is read as a float (infinite), never digit by digit."""


def parse(raw: bytes, file: str, kind: FileKind = WORKLOAD) -> Source:
    """Read the bytes of one file; messages speak of its kind.

    Raises:
        SpecError: the bytes are not one YAML mapping in UTF-8, or exceed the bounds; with what was
            wrong up to there.
    """
    text = decoded(raw, file, kind)
    try:
        return _Reader(file, kind).read(text)
    except SpecError as error:
        raise SpecError([unfilled(problem, text) for problem in error.problems]) from None


class _Open:
    """A mapping or sequence whose end was not reached yet."""

    def __init__(self, value: dict[str, Any] | list[Any], path: KeyPath) -> None:
        self.value, self.path = value, path
        self.key: str | None = None
        self.skip = False
        """The value that comes next belongs to a key that was refused."""


class _Reader:
    def __init__(self, file: str, kind: FileKind) -> None:
        self.file, self.kind = file, kind
        self.values: dict[KeyPath, Place] = {}
        self.keys: dict[KeyPath, Place] = {}
        self.plain: dict[KeyPath, str] = {}
        self.disputed: dict[KeyPath, str] = {}
        self.refused: set[KeyPath] = set()
        self.problems: list[Problem] = []
        self.notes: list[Problem] = []
        self.cut: Problem | None = None
        self.nodes = self.documents = 0
        self.root: object = None
        self.stack: list[_Open] = []

    def read(self, text: str) -> Source:
        try:
            for event in _events(text):
                self._take(event)
                if self.cut is not None:
                    break
        except yaml.MarkedYAMLError as error:
            self._stop(syntax_problem(error, text))
        except yaml.YAMLError as error:
            self._stop(Problem(f"not YAML: {error}", line=1, column=1))
        root: object = self.root
        if not isinstance(root, dict):
            self._stop(self._not_a_mapping())
        value = cast("dict[str, Any]", root)
        refused = frozenset(self.refused)
        return Source(
            self.file,
            value,
            self.values,
            self.keys,
            self.plain,
            self.disputed,
            refused,
            self.problems,
            tuple(self.notes),
            self.cut,
        )

    def _stop(self, problem: Problem) -> NoReturn:
        last = replace(problem, file=self.file)
        raise SpecError([*in_order(self.problems), last])

    def _report(self, problem: Problem) -> None:
        self.problems.append(replace(problem, file=self.file))

    def _not_a_mapping(self) -> Problem:
        place = self.values.get((), Place(1, 1))
        if self.root is None:
            return empty(self.file, self.kind)
        found = "a list" if isinstance(self.root, list) else "a single value"
        return Problem(
            f"the file holds {found}",
            f"{self.kind.name} is a mapping of keys to values",
            self.kind.begin,
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
                    f"one file holds {self.kind.holds}",
                    "move it into a file of its own",
                )
            )
        if event.tags or (event.version and tuple(event.version) == (1, 1)):
            what = "the file asks for YAML 1.1" if not event.tags else "the file declares tags"
            self._report(self._at(event, what, "plain YAML 1.2 is read", "remove the line with %"))

    def _node(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            why = f"at most {MAX_NODES:,} are read"
            what, fix = "the file holds too many values", "remove what does not belong"
            self.cut = replace(self._at(event, what, why, fix), file=self.file)
        if event.anchor is not None:
            self._report(
                self._at(
                    event,
                    f"anchor &{event.anchor}",
                    "anchors and aliases are not read",
                    "write each value where it belongs",
                )
            )
        if event.tag is not None:
            self._report(
                self._at(
                    event,
                    f"tag {event.tag}",
                    "only plain values are read",
                    "remove the tag; put text in quotes",
                )
            )

    def _alias(self, event: yaml.AliasEvent) -> None:
        self._report(
            self._at(
                event,
                f"alias *{event.anchor}",
                "anchors and aliases are not read",
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
        if path is not None and not event.style:
            if not isinstance(value, str):
                self.plain[path] = event.value
                self._number(event, value, path)
            elif _OTHER_DIALECT.fullmatch(value):
                self.disputed[path] = value
        if event.tag is not None:
            self._refuse(path)

    def _number(self, event: yaml.ScalarEvent, value: object, path: KeyPath) -> None:
        """Refuse a number that would be read as another, and note one that many read as another."""
        written = event.value[:_SHOWN_DIGITS]
        if value == 0 and isinstance(value, float) and _NOT_ZERO.match(event.value):
            why = "it is nearer to 0 than any number that can be kept, and would count as 0"
            self._report(self._at(event, f"{written} is too small", why, "write 0, or a larger number", path))
            self._refuse(path)
        elif isinstance(value, int) and _UNUSUAL.match(event.value):
            what, why = f"{written} is read as {value}", "YAML 1.2 reads it so; YAML 1.1 and people may not"
            self.notes.append(replace(self._at(event, what, why, f"write {value}", path), file=self.file))

    def _refuse(self, path: KeyPath | None) -> None:
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
            why = f"at most {MAX_DEPTH} levels are read"
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

    def _place_value(self, event: yaml.Event, value: object) -> KeyPath | None:
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

    def _at(self, event: yaml.Event, what: str, why: str, fix: str, path: KeyPath = ()) -> Problem:
        place = _place(event)
        return Problem(what, why, fix, path=path, line=place.line, column=place.column)


def _events(text: str) -> Iterator[yaml.Event]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return cast("Iterator[yaml.Event]", yaml.parse(text, Loader=loader))  # pyright: ignore[reportUnknownMemberType]


def _place(event: yaml.Event) -> Place:
    return Place(event.start_mark.line + 1, event.start_mark.column + 1)


def _core_scalar(text: str) -> object:
    """Read a plain scalar by the YAML 1.2 core schema."""
    if text in _WORDS:
        return _WORDS[text]
    match = _NUMBER.fullmatch(text)
    if match is None:
        return text
    if match["based"]:
        return int(text, 0) if len(text) <= _LONG_NUMBER else math.inf
    if match["int"] and len(text) <= _LONG_NUMBER:
        return int(text)
    return float(text)
