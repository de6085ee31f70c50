"""Outlooks and pages of the examples, each made once."""

from functools import cache
from pathlib import Path

from plimsoll.catalog.tables import load
from plimsoll.plan.outlook.outlook import Outlook, outlooks
from plimsoll.plan.plan import Plan, Refusal
from plimsoll.plan.size import size
from plimsoll.savings.answer import with_savings
from plimsoll.show.report.answer import reported
from plimsoll.show.report.page import as_html
from plimsoll.spec.overrides import read_overrides
from plimsoll.spec.read import load_workload
from plimsoll.speed.read import load_speed
from tests.make.places import EXAMPLES


@cache
def outlook(spec: Path, *settings: str) -> Outlook:
    """Look around the plan of a spec, as if it said the settings."""
    loaded = load_workload(spec, load(), read_overrides(settings, ()) if settings else None)
    (found,) = outlooks([loaded], load_speed(), None, with_savings)
    return found


def planned(spec: Path, *settings: str) -> Plan | Refusal:
    """Plan a spec as `plimsoll plan --set` does: by a road of its own."""
    loaded = load_workload(spec, load(), read_overrides(settings, ()) if settings else None)
    return size(loaded.workload, loaded.architecture, loaded.catalog, load_speed(), loaded.assumed)


@cache
def page(spec: Path, *settings: str) -> str:
    """Write the report of one spec."""
    return as_html(reported([outlook(spec, *settings)], load()))


@cache
def page_of(*specs: Path) -> str:
    """Write one report of several specs."""
    loaded = [load_workload(spec, load()) for spec in specs]
    return as_html(reported(outlooks(loaded, load_speed(), None, with_savings), load()))


def page_of_all() -> str:
    """Write the report of all examples."""
    return page_of(*EXAMPLES)
