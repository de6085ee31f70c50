"""Markdown: text from outside is shown as it is, never obeyed; templates decide nothing.

Text from outside stands in code spans, the one place where neither CommonMark nor what GitHub and GitLab add
to it acts on anything: no link, tag, mention, reference, emoji or formula. Sentences that may hold some are
written as prose: words that nothing could act on stay as they are, every other word becomes a code span.
"""

import re
from collections.abc import Iterable
from typing import Any
from unicodedata import category

_UNSEEN = frozenset(("Cc", "Cf", "Cs", "Co", "Cn"))
"""What nobody sees: controls, format and direction marks, surrogates, private and unassigned characters."""

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_TICKS = re.compile("`+")
_LONGEST_FENCE = 80
"""Backticks of the longest fence of a code span that cmark reads (MAXBACKTICKS of its inlines.c)."""

_TOO_LONG = re.compile(f"(`{{{_LONGEST_FENCE},}})")


def code_span(text: str, *, in_table: bool = False) -> str:
    """Show a text from outside in a code span; "—" where it is empty.

    White space becomes one space, what cannot be seen U+FFFD; all else is read back as it was. A row of a
    table is cut at every bar without a backslash, also within a code span.
    """
    shown = seen(" ".join(text.split()))
    if not shown:
        return "—"
    if _longest_run(shown) < _LONGEST_FENCE:
        return _span(shown, in_table=in_table)
    parts = _TOO_LONG.split(shown)
    return "".join(
        _ticks(part) if index % 2 else _span(part, in_table=in_table) for index, part in enumerate(parts)
    )


def _span(shown: str, *, in_table: bool) -> str:
    if not shown:
        return ""
    fence = "`" * (_longest_run(shown) + 1)
    pad = " " if {shown[0], shown[-1]} & {"`", " "} else ""
    body = shown.replace("|", "\\|") if in_table else shown
    return f"{fence}{pad}{body}{pad}{fence}"


def _ticks(run: str) -> str:
    return "&#96;" * len(run)


def code_block(text: str) -> str:
    """Show lines in a code block whose fence is longer than any run of backticks in them."""
    fence = "`" * max(_longest_run(text) + 1, 3)
    lines = "".join(f"{seen(line)}\n" for line in text.splitlines())
    return f"{fence}text\n{lines}{fence}\n"


def _longest_run(text: str) -> int:
    return max((len(run) for run in _TICKS.findall(text)), default=0)


def seen(line: str) -> str:
    """Replace what nobody would see of a line by U+FFFD."""
    if line.isascii() and line.isprintable():
        return line
    return "".join(_REPLACEMENT if category(char) in _UNSEEN else char for char in line)


def seen_lines(text: str) -> str:
    """Write lines of text with one space for other white space, and U+FFFD for what nobody would see."""
    return "\n".join(seen(" ".join(line.split())) for line in text.splitlines())


_BEFORE, _AFTER = '(“"', ')”",.;:!?…'
"""Marks of a sentence before and after a word."""

_PLAIN = re.compile(
    r"[^\W\d_]+(?:[-'’/][^\W\d_]+)*"  # letters: on-demand, don't, req/s
    r"|[^\W_]+"  # letters and digits: p95, A10G
    r"|[-+−]?[$]?\d[\d,]*(?:\.\d+)*(?:%|/month|/h)?"  # numbers, money: 1,066, 88.8%, $5,761.03/month
    r"|\d{4}-\d\d(?:-\d\d)?"  # dates
    r"|[×÷±≤≥≈–—·→/=+%✔]"
)
"""Words that no reader of Markdown acts on."""

_COMMIT = re.compile(r"[0-9a-fA-F]{7,}")
"""What a forge takes for a commit."""

_OPENING = re.compile(r"\d+[.)]|[=+]+")
"""First words that would make a list of their line, or a heading of the one before."""


def escaped(text: str, *, in_table: bool = False) -> str:
    """Write a sentence that may hold text from outside: each word that could act becomes a code span."""
    words = text.split()
    if words and _OPENING.fullmatch(words[0]):
        return " ".join([code_span(words[0]), *(_word(word, in_table) for word in words[1:])])
    return " ".join(_word(word, in_table) for word in words)


def _word(word: str, in_table: bool) -> str:
    rest = word.lstrip(_BEFORE)
    core = rest.rstrip(_AFTER)
    if not core or (_PLAIN.fullmatch(core) and not _COMMIT.fullmatch(core)):
        return word
    return f"{word.removesuffix(rest)}{code_span(core, in_table=in_table)}{rest.removeprefix(core)}"


def units(text: str) -> int:
    """Count a text in UTF-16 units, the most that a forge may count against its limit."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def size(lines: Iterable[str]) -> int:
    """Count lines and their ends in UTF-16 units."""
    return sum(units(line) + 1 for line in lines)


def fitting(rows: Iterable[str], room: int) -> list[str]:
    """List the first rows that fit, with their ends, into a room of UTF-16 units."""
    kept: list[str] = []
    for row in rows:
        room -= units(row) + 1
        if room < 0:
            break
        kept.append(row)
    return kept


def render(template: str, **values: Any) -> str:  # noqa: ANN401 - templates take any data
    """Render a Jinja2 template of `plimsoll/show/templates`; an undefined name is an error."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("plimsoll.show", "templates"),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        # Markdown and YAML, not HTML: every text is escaped for its format before it gets here.
        autoescape=False,  # noqa: S701
    )
    return environment.get_template(template).render(**values)
