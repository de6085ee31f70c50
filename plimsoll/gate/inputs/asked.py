"""Read all that one check is asked: inputs, configuration, exemptions and prices."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from plimsoll.catalog.discounts.read import read_discounts
from plimsoll.catalog.tables import load
from plimsoll.catalog.unknown_region import unknown_region
from plimsoll.files.looking import bytes_of
from plimsoll.gate.check import CheckRun
from plimsoll.gate.exemptions import Exemption
from plimsoll.gate.inputs.exemptions import read_exemptions
from plimsoll.gate.inputs.read import read_inputs
from plimsoll.gate.rules.budget import BUDGET
from plimsoll.gate.rules.facts import FACTS
from plimsoll.gate.settings import Settings, read_settings
from plimsoll.ground.problems import PlimsollError, Problem, SpecError
from plimsoll.text.json_places import placed
from plimsoll.text.strict_json import NotJsonError, read_json

T = TypeVar("T")

_USD = re.compile(r"\$?([0-9]{1,13}(?:\.[0-9]{1,2})?)")


@dataclass(frozen=True, slots=True)
class Asked:
    """The command line asks for this, as it was typed, on this day (`YYYY-MM-DD`).

    `own_prices` is the folder, and `own_discounts` the file, that holds where neither the command line nor
    the configuration names one.
    """

    inputs: tuple[str, ...]
    today: str
    budget: str | None = None
    region: str | None = None
    on: str | None = None
    policy_config: str | None = None
    exemptions: str | None = None
    prices: str | None = None
    own_prices: str | None = None
    own_discounts: str | None = None
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
    folder = asked.prices or settings.config(FACTS).get("prices", asked.own_prices)
    catalog = load(asked.on, folder)
    if asked.region is not None and asked.region not in catalog.regions:
        problems.append(unknown_region(asked.region, catalog.regions, "--region"))
    if problems or inputs is None:
        raise SpecError(problems)
    day = asked.on or settings.config(FACTS).get("on")
    catalog = load(day, folder)
    judged_on = catalog.asked_on or asked.today
    file = asked.discounts or settings.config(FACTS).get("discounts", asked.own_discounts)
    own = None if file is None else read_discounts(file, catalog)
    return CheckRun(inputs, catalog, settings, tuple(exemptions), asked.region, judged_on, own)


def _settings(asked: Asked) -> Settings:
    settings = Settings()
    if asked.policy_config is not None:
        settings = _configured(asked.policy_config)
    if asked.budget is not None:
        settings = _with_budget(settings, _usd(asked.budget))
    return settings


def _usd(text: str) -> float:
    """Read an amount of money: digits, and cents after a point."""
    match = _USD.fullmatch(text)
    if match is not None and float(match[1]) > 0:
        return float(match[1])
    why = ""
    if re.fullmatch(r"\$?[0-9]+(?:[.,_' ][0-9]+)+", text):
        why = "a comma, a dot and a space part thousands to some, and cents to others"
    what = f"{text[:40]!a} is not an amount of money"
    fix = "write USD per month in digits, such as 45000 or 45000.50"
    raise SpecError(Problem(what, why, fix, path="--budget"))


def _with_budget(settings: Settings, usd: float) -> Settings:
    """Add a budget to what is configured: both are judged, and the smaller heads the report."""
    configured = settings.values.get(BUDGET.name, {})
    other = configured.get("usdPerMonth")
    if other is not None:
        scopes = [*configured.get("scopes", ()), {"usdPerMonth": max(usd, other)}]
        settings = settings.with_value(BUDGET.name, "scopes", scopes)
    return settings.with_value(BUDGET.name, "usdPerMonth", usd if other is None else min(usd, other))


def _configured(file: str) -> Settings:
    """Read a policy configuration; what is wrong with it has its line and column."""
    try:
        text = bytes_of(Path(file)).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SpecError(Problem("not UTF-8 text", "", "save it as UTF-8", file=file)) from None
    try:
        return read_settings(read_json(text, file), file)
    except NotJsonError as error:
        raise SpecError(error.problem) from None
    except SpecError as error:
        raise SpecError(placed(error.problems, text, file)) from None


def _collect(problems: list[Problem], read: Callable[[], T]) -> T | None:
    try:
        return read()
    except PlimsollError as error:
        problems += error.problems
        return None
