"""Explanations are written for people and for programs."""

from collections.abc import Iterator
from typing import Annotated

from plimsoll.ground import meaning
from plimsoll.ground.canonical import canonical
from plimsoll.ground.start_up import record
from plimsoll.show.explain.entry import Explanation
from plimsoll.show.json_text import dumps
from plimsoll.show.table import Column, Table
from plimsoll.show.text import PIPED, Style, wrap

SCHEMA = "plimsoll.dev/explain/v1"

_LIST = (Column(""), Column(""), Column("", least=30))
_FOUND_IN = {
    "reason": "a reason of a candidate, and of a refusal",
    "warning": "a warning of a plan",
    "violation": "a violation of a check",
    "policy": "a policy",
}


@record
class Explained:
    """Codes and what they mean; `whole` is True where nothing was named and all are listed."""

    entries: tuple[Explanation, ...]
    whole: bool


@record
class Explanations:
    """What codes mean, what raises them, what mends them."""

    schema: Annotated[str, meaning.SCHEMA]
    codes: Annotated[tuple[Explanation, ...], "The codes; one that stands in several places, for each."]


def as_json(answer: Explained, _: Style = PIPED) -> str:
    """Write explanations for programs."""
    return dumps(canonical(Explanations(SCHEMA, answer.entries)))


def table(answer: Explained, style: Style = PIPED) -> str:
    """Write a paragraph for each code, or one line each where all are listed."""
    if answer.whole:
        rows = [(each.code, each.kind, each.means) for each in answer.entries]
        return "\n".join(Table(_LIST, rows, indent="").lines(style.width)) + "\n"
    return "\n".join("".join(f"{line}\n" for line in _entry(each, style)) for each in answer.entries)


def _entry(each: Explanation, style: Style) -> Iterator[str]:
    yield from wrap(f"{style.paint(each.code, 'bold')}: {_FOUND_IN[each.kind]}", style.width)
    yield ""
    yield from wrap(each.means, style.width, "  ")
    for name, text in (
        ("raised by", each.raised_by),
        ("mended by", each.mended_by),
        ("example", each.example),
    ):
        yield from wrap(f"{style.paint(name, 'dim')}: {text}", style.width, "  ", "    ")
