"""The files of a load are told apart by their first lines: scrapes of a server, or a log of requests."""

from collections.abc import Sequence
from pathlib import Path

from plimsoll.files.bounded import read_bounded
from plimsoll.ground.problems import Problem, SpecError
from plimsoll.importing.load.log import observed_in
from plimsoll.importing.load.observed import part_of
from plimsoll.importing.load.scrapes import observed_between
from plimsoll.importing.note import SpecPart
from plimsoll.telemetry.exposition import scrape_of

MOST_BYTES = 512 << 20
"""A log of ten million requests."""

_MOST_SCRAPES = 2


def read_load(names: Sequence[str], apart_s: float | None) -> SpecPart:
    """Read a log, or one or two scrapes.

    Raises:
        SpecError: a file cannot be read or is none of both, or they do not belong together.
    """
    return load_of([(name, _text(name)) for name in names], apart_s)


def load_of(texts: Sequence[tuple[str, str]], apart_s: float | None) -> SpecPart:
    """Read the texts of a log, or of one or two scrapes; each with what messages call it.

    Raises:
        SpecError: one is none of both, or they do not belong together.
    """
    names = [name for name, _ in texts]
    scraped = [_is_scrape(text) for _, text in texts]
    if not any(scraped):
        if len(texts) > 1:
            raise SpecError(Problem("two logs were given", "one load is one log", "join them", file=names[1]))
        if apart_s is not None:
            raise SpecError(Problem("a log says itself when requests came", "", "leave it out", "--apart"))
        return part_of(observed_in(texts[0][1], texts[0][0]))
    if not all(scraped) or len(texts) > _MOST_SCRAPES:
        other = names[scraped.index(False)] if not all(scraped) else names[_MOST_SCRAPES]
        fix = "give a log alone, or one or two scrapes"
        raise SpecError(Problem("these files are no one load", "", fix, file=other))
    _check_apart(len(texts), apart_s)
    return part_of(observed_between([scrape_of(text, name) for name, text in texts], apart_s))


def _check_apart(scrapes: int, apart_s: float | None) -> None:
    if scrapes == _MOST_SCRAPES and apart_s is None:
        why = "a scrape does not say when it was taken"
        raise SpecError(
            Problem("two scrapes were given, and no time between", why, "add --apart 300", "--apart")
        )
    if apart_s is not None and not 1 <= apart_s <= 10**8:
        raise SpecError(Problem(f"{apart_s:g} s is no time between scrapes", "", "such as 300", "--apart"))


def _text(name: str) -> str:
    raw = read_bounded(Path(name), MOST_BYTES)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        why = f"byte {error.start:,} is no UTF-8"
        raise SpecError(Problem("it is not text", why, "unpack it first", file=name)) from None


def _is_scrape(text: str) -> bool:
    lines = (line.strip() for line in text[:65_536].splitlines())
    first = next((line for line in lines if line), "")
    return first.startswith(("# HELP", "# TYPE")) or (
        not first.startswith(("{", "[")) and "," not in first.partition("{")[0] and first[-1:].isdigit()
    )
