"""Read a calibration file whole: everything wrong with it at once, with line and column."""

import math
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import cast

from plimsoll.calibration.calibration import Calibration, MeasuredSetup, OwnFactor, OwnSpeed
from plimsoll.files.bounded import read_bounded
from plimsoll.ground.days import is_day
from plimsoll.ground.paths import KeyPath
from plimsoll.ground.problems import Problem, SpecError, nearest
from plimsoll.ground.tree import step
from plimsoll.text.file_kind import FileKind
from plimsoll.text.places import Source, in_order
from plimsoll.text.source import parse

SCHEMA = "plimsoll.dev/calibration/v1"
MAX_BYTES = 4 << 20

KIND = FileKind(
    "a calibration",
    "what was measured",
    "it says nothing that was measured",
    "'plimsoll calibrate SPEC RESULT' writes one",
)

_TEXTS = ("model", "accelerator", "engine", "engine_version", "precision")
FARTHEST = 100.0
"""Measured ÷ predicted beyond this, either way, is a mistake of units and no measurement."""
_AGAIN = "write it anew: plimsoll calibrate SPEC RESULT --out FILE"


def read_calibration(file: str) -> Calibration:
    """Read a calibration file.

    Raises:
        SpecError: it cannot be read, or values of it are wrong: every one, with line and column.
    """
    raw = read_bounded(Path(file), MAX_BYTES)
    source = parse(raw, file, KIND)
    reader = _Reader(source)
    speeds = reader.speeds()
    problems = [*source.problems, *reader.problems]
    if source.cut is not None:
        problems.append(source.cut)
    if problems:
        raise SpecError(in_order(problems))
    return Calibration(file, sha256(raw).hexdigest(), tuple(speeds))


class _Reader:
    """Reads the values of one file, and keeps the problems that it meets."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.problems: list[Problem] = []

    def refuse(self, path: KeyPath, what: str, why: str = "", fix: str = _AGAIN) -> None:
        """Report what is wrong with a value; of one that is refused already, nothing."""
        if path not in self.source.refused:
            self.problems.append(self.source.placed(Problem(what, why, fix, path)))

    def speeds(self) -> list[OwnSpeed]:
        """Read every setup that was measured."""
        whole = self.source.value
        self._refuse_other_schema(whole.get("schema"))
        found = whole.get("calibrations")
        if not isinstance(found, list):
            what = "calibrations is missing" if found is None else "calibrations is no list"
            self.refuse(("calibrations",), what)
            return []
        entries = enumerate(cast("list[object]", found))
        return [each for at, entry in entries if (each := self._speed(("calibrations", at), entry))]

    def _refuse_other_schema(self, said: object) -> None:
        if said == SCHEMA:
            return
        what = "schema is missing" if said is None else f"a calibration of schema {said!s:.60}"
        self.refuse(("schema",), what, f"this release reads {SCHEMA}")

    def _speed(self, path: KeyPath, entry: object) -> OwnSpeed | None:
        if not isinstance(entry, dict):
            self.refuse(path, "no mapping", f"it has {', '.join(_TEXTS)}, tensor_parallel, ran_on, factors")
            return None
        values = cast("dict[str, object]", entry)
        texts = [self._text((*path, key), values.get(key)) for key in _TEXTS]
        model, accelerator, engine, version, precision = texts
        split = values.get("tensor_parallel")
        if not isinstance(split, int) or isinstance(split, bool) or split < 1:
            self.refuse((*path, "tensor_parallel"), f"{_shown(split)} is no number of ranks")
            split = 1
        return OwnSpeed(
            setup=MeasuredSetup(model, accelerator, engine, version, split, precision),
            factors=self._factors((*path, "factors"), values.get("factors")),
            day=self._day((*path, "ran_on"), values.get("ran_on")),
            expires=self._day((*path, "expires"), values.get("expires")),
            tools=self._tools(values.get("runs")),
            path=f"calibrations[{path[1]}]",
        )

    def _text(self, path: KeyPath, value: object) -> str:
        if isinstance(value, str) and value:
            return value
        fix = f'quote it: "{value}"' if isinstance(value, int | float) else _AGAIN
        self.refuse(path, f"{path[-1]} is {'missing' if value is None else 'no text'}", "", fix)
        return ""

    def _day(self, path: KeyPath, value: object) -> str | None:
        if value is None or (isinstance(value, str) and is_day(value)):
            return value
        self.refuse(path, f"{_shown(value)} is no day", "days are YYYY-MM-DD, quoted")
        return None

    def _factors(self, path: KeyPath, value: object) -> Mapping[str, OwnFactor]:
        if not isinstance(value, dict):
            self.refuse(path, f"factors is {'missing' if value is None else 'no mapping'}")
            return {}
        found: dict[str, OwnFactor] = {}
        for key, each in cast("dict[str, object]", value).items():
            if key not in KEYS:
                fix = nearest(key, KEYS) or f"keys: {', '.join(KEYS)}"
                self.refuse((*path, key), f"no statistic {key[:60]!r}", "", fix)
            else:
                found[key] = self._factor((*path, key), each)
        return found

    def _factor(self, path: KeyPath, value: object) -> OwnFactor:
        given = cast("dict[str, object]", value) if isinstance(value, dict) else {}
        factor, low, high = (self._share((*path, key), given.get(key)) for key in ("factor", "low", "high"))
        if not low <= 1 <= high:
            self.refuse(path, f"{low:g} to {high:g} leaves the measurement itself out", "low ≤ 1 ≤ high")
        return OwnFactor(factor, low, high)

    def _share(self, path: KeyPath, value: object) -> float:
        if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
            if 1 / FARTHEST <= value <= FARTHEST:
                return float(value)
            self.refuse(path, f"{value:g} is no factor", f"it is {1 / FARTHEST:g} to {FARTHEST:g}")
            return 1.0
        self.refuse(path, f"{path[-1]} is {'missing' if value is None else 'no number'}")
        return 1.0

    def _tools(self, runs: object) -> tuple[str, ...]:
        if not isinstance(runs, list):
            return ()
        named = [step(each, "tool") for each in cast("list[object]", runs)]
        return tuple(dict.fromkeys(name for name in named if isinstance(name, str)))


_METRICS, _STATISTICS = ("ttft", "tpot", "e2e", "latency"), ("p50", "p90", "p95", "p99")
KEYS = ("qps", *(f"{metric}_{name}_ms" for metric in _METRICS for name in _STATISTICS))
"""The statistics that a factor may be of."""


def _shown(value: object) -> str:
    return "nothing" if value is None else ascii(value)[:60]
