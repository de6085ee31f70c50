"""The bytes of a file are checked before they are a tree: are they text, and what broke their syntax?"""

import re
from dataclasses import replace

import yaml

from plimsoll.ground.problems import Problem, SpecError
from plimsoll.text.file_kind import FileKind

MAX_BYTES = 1 << 20
"""A spec is a few kilobytes; nothing larger is even parsed."""
_NOT_YAML = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters outside YAML 1.2 `c-printable` (https://yaml.org/spec/1.2.2/#51-character-set)."""


def decoded(raw: bytes, file: str, kind: FileKind) -> str:
    """Decode the bytes of a file.

    Raises:
        SpecError: they are too many, not UTF-8, not what YAML allows, or nothing at all.
    """
    if len(raw) > MAX_BYTES:
        raise SpecError(_too_large(file))
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
        raise SpecError(empty(file, kind))
    return text


def _too_large(file: str) -> Problem:
    why = f"at most {MAX_BYTES:,} bytes are read"
    return Problem("the file is too large", why, "check the path", file=file)


def _unreadable(file: str, before: str, what: str) -> Problem:
    line = before.count("\n") + 1
    column = len(before) - (before.rfind("\n") + 1) + 1
    return Problem(what, "only UTF-8 text is read", "save it as UTF-8", file=file, line=line, column=column)


def empty(file: str, kind: FileKind) -> Problem:
    """Say that a file holds nothing."""
    return Problem(
        "the file is empty",
        kind.needs,
        kind.begin_empty or kind.begin,
        file=file,
        line=1,
        column=1,
    )


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

PLACEHOLDER = r"\$\{[^}\n]*\}|\{\{[^}\n]*\}\}"
"""What a template leaves in a text that nobody has filled in: `${QPS}`, `{{ .Values.qps }}`."""


def unfilled(problem: Problem, text: str) -> Problem:
    """Say that a placeholder was left where it broke the syntax; any other problem stays as it is."""
    lines = text.splitlines()
    here = lines[problem.line - 1] if 0 < problem.line <= len(lines) else ""
    found = re.search(PLACEHOLDER, here[:_LONGEST_LINE])
    if found is None:
        return problem
    what = f"{found.group()[:60]} is a placeholder that nobody has filled in"
    fix = "write the value, or fill the template in first"
    return replace(problem, what=what, why="", fix=fix, column=found.start() + 1)


_LONGEST_LINE = 10_000
_NO_SPACE = r"\s*[\w-]+:[^\s:].*"


def syntax_problem(error: yaml.MarkedYAMLError, text: str) -> Problem:
    """Say in words of a spec what the YAML parser stumbled over, and where in `text`."""
    said = (error.problem or "not YAML").strip()
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
    lines = text.splitlines()
    here = lines[line - 1] if line <= len(lines) else ""
    if here[column - 1 : column] == "\t" or "\t" in here[: len(here) - len(here.lstrip())]:
        what, fix = "a tab stands in the indentation", "indent with spaces"
        return Problem(what, f"YAML: {said}", fix, line=line, column=column)
    if line > 1 and "mapping values" in said and re.fullmatch(_NO_SPACE, lines[line - 2]):
        what, fix = "no space after ':'", "write 'key: value'"
        return Problem(what, f"YAML: {said}", fix, line=line - 1, column=lines[line - 2].index(":") + 1)
    for part, what, fix in _SYNTAX:
        if part in said:
            return Problem(what, f"YAML: {said}", fix, line=line, column=column)
    return Problem(f"not YAML: {said}", "", "check this line and the one before", line=line, column=column)
