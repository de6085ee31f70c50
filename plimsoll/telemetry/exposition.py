"""The text that a server's /metrics answers: names, labels and numbers, as Prometheus scrapes them."""

import math
import re
from collections.abc import Iterator, Mapping, Sequence

from plimsoll.ground.problems import Problem, SpecError
from plimsoll.ground.start_up import record
from plimsoll.telemetry.histogram import Histogram, histogram_of

_LINE = re.compile(r'([a-zA-Z_:][\w:]*)(?:\{((?:[^"}]|"(?:[^"\\]|\\.)*")*)\})?\s+(\S+)(?:\s+(-?[0-9]+))?\s*')
_LABEL = re.compile(r'([a-zA-Z_]\w*)\s*=\s*"((?:[^"\\]|\\.)*)"')


@record
class Sample:
    """One number of a scrape."""

    name: str
    labels: Mapping[str, str]
    value: float


@record
class Scrape:
    """Everything that a scrape said; `file` is what messages call it."""

    file: str
    samples: tuple[Sample, ...]

    def total(self, names: Sequence[str]) -> float | None:
        """Add up a counter over its series, by the first of its names that is there; None without any."""
        for name in names:
            values = [each.value for each in self.samples if each.name == name]
            if values:
                return math.fsum(values)
        return None

    def histogram(self, names: Sequence[str]) -> Histogram | None:
        """Add up a histogram over its series; None where it is not there."""
        for name in names:
            below: dict[float, float] = {}
            for each in self.samples:
                if each.name == f"{name}_bucket" and (edge := _edge(each.labels.get("le"))) is not None:
                    below[edge] = below.get(edge, 0.0) + each.value
            if below:
                return histogram_of(below, self.total([f"{name}_sum"]) or 0.0)
        return None

    def label(self, name: str) -> tuple[str, ...]:
        """Every value of a label, in the order of the scrape."""
        return tuple(dict.fromkeys(each.labels[name] for each in self.samples if name in each.labels))


def scrape_of(text: str, file: str) -> Scrape:
    """Read a scrape.

    Raises:
        SpecError: a line of it is none of the format; with its line.
    """
    return Scrape(file, tuple(_samples(text, file)))


def _samples(text: str, file: str) -> Iterator[Sample]:
    for number, line in enumerate(text.splitlines(), start=1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        match = _LINE.fullmatch(stripped)
        value = _number(match[3]) if match else None
        if match is None or value is None:
            what = f"{stripped[:60]!r} is no line of a scrape"
            fix = "save it whole: curl -s http://POD:8000/metrics > FILE"
            raise SpecError(Problem(what, "a line is a name, labels and a number", fix, "", file, number, 1))
        yield Sample(match[1], dict(_LABEL.findall(match[2] or "")), value)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _edge(text: str | None) -> float | None:
    found = _number(text) if text is not None else None
    return None if found is None or math.isnan(found) else found
