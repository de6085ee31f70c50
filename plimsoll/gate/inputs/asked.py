"""Read all that one check is asked: inputs, configuration, exemptions and prices."""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from plimsoll.catalog.tables import load
from plimsoll.catalog.unknown_region import unknown_region
from plimsoll.files.bounded import read_bounded
from plimsoll.gate.check import CheckRun
from plimsoll.gate.exemptions import Exemption
from plimsoll.gate.inputs.exemptions import read_exemptions
from plimsoll.gate.inputs.read import read_inputs
from plimsoll.gate.rules.facts import FACTS
from plimsoll.gate.settings import Settings, read_settings
from plimsoll.ground.problems import PlimsollError, Problem, SpecError
from plimsoll.terms.read import read_discounts

T = TypeVar("T")

_USD = re.compile(r"\$?([0-9]{1,13}(?:\.[0-9]{1,2})?)")


@dataclass(frozen=True, slots=True)
class Asked:
    """The command line asks for this, as it was typed, on this day (`YYYY-MM-DD`)."""

    inputs: tuple[str, ...]
    today: str
    budget: str | None = None
    region: str | None = None
    on: str | None = None
    policy_config: str | None = None
    exemptions: str | None = None
    discounts: str | None = None


def read_asked(asked: Asked) -> CheckRun:
    """Read what was asked.

    Raises:
        SpecError: with every problem of every argument and file.
    """
    problems: list[Problem] = []
    inputs = _collect(problems, lambda: read_inputs(asked.inputs))
    settings = _collect(problems, lambda: _settings(asked)) or Settings()
    exemptions: Sequence[Exemption] = ()
    if asked.exemptions is not None:
        path = Path(asked.exemptions)
        exemptions = _collect(problems, lambda: read_exemptions(path)) or ()
    catalog = load(asked.on)
    if asked.region is not None and asked.region not in catalog.regions:
        problems.append(unknown_region(asked.region, catalog.regions, "--region"))
    if problems or inputs is None:
        raise SpecError(problems)
    day = asked.on or settings.config(FACTS).get("on")
    catalog = load(day)
    judged_on = catalog.asked_on or asked.today
    file = asked.discounts or settings.config(FACTS).get("discounts")
    own = None if file is None else read_discounts(file, catalog)
    return CheckRun(inputs, catalog, settings, tuple(exemptions), asked.region, judged_on, own)


def _settings(asked: Asked) -> Settings:
    settings = Settings()
    if asked.policy_config is not None:
        settings = read_settings(_json(asked.policy_config), asked.policy_config)
    if asked.budget is not None:
        match = _USD.fullmatch(asked.budget.replace(",", "").replace("_", ""))
        if match is None or float(match[1]) <= 0:
            what = f"{asked.budget[:40]!r} is not an amount of money"
            raise SpecError(Problem(what, "", "write USD per month, such as 45000", path="--budget"))
        settings = settings.with_value("budget", "usdPerMonth", float(match[1]))
    return settings


_MAX_JSON_BYTES = 1 << 20
"""Of the policy configuration: a few kilobytes."""


def _json(file: str) -> object:
    try:
        return json.loads(read_bounded(Path(file), _MAX_JSON_BYTES).decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise SpecError(Problem("not UTF-8 text", "", "save it as UTF-8", file=file)) from None
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 0)
        problem = Problem(
            "not JSON", str(error)[:100], "check it", "", file, line, getattr(error, "colno", 0)
        )
        raise SpecError(problem) from None


def _collect(problems: list[Problem], read: Callable[[], T]) -> T | None:
    try:
        return read()
    except PlimsollError as error:
        problems += error.problems
        return None
