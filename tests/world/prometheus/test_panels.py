"""Every panel is answered by a real Prometheus, and says something else when a series it names changes."""

import math
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from plimsoll.observability.dashboard import dashboard
from plimsoll.observability.metrics import SOURCES
from plimsoll.observability.series import recorded
from plimsoll.observability.watch import Watch, watches
from tests.make.places import ROOT
from tests.world.prometheus.history import END, MINUTES, STEP_S, Series, history, openmetrics
from tests.world.prometheus.server import Store

pytestmark = pytest.mark.slow

SPECS = ("support-chat", "code-completion", "receipt-ocr", "runs/legal-70b")
NAME = re.compile(r"\b[A-Za-z_][A-Za-z0-9_:]*(?=\{)|\b(?:node|kubecost)_\w+")
START = END - MINUTES * STEP_S


def watched(spec: str) -> Watch:
    (found,) = watches([ROOT / "workloads" / f"{spec}.yaml"], None, "2026-09-01", None, None, None)
    return found


def asked(watch: Watch) -> dict[tuple[str, str], str]:
    """The queries of a dashboard, by the title of their panel and their legend."""
    return {
        (panel["title"], target["legendFormat"]): target["expr"]
        for panel in dashboard(watch)["panels"]
        for target in panel["targets"]
    }


def named(query: str, rules: dict[str, str]) -> set[str]:
    """The metrics that a query stands on, by way of the series that rules record."""
    found = set(NAME.findall(query))
    own = {name for name in found if name.removesuffix("_bucket").removesuffix("_count") in SOURCES}
    below = (named(rules[name], rules) for name in found if name in rules)
    return own.union(*below)


def needed(query: str, rules: dict[str, str]) -> set[str]:
    """The recorded series that a query stands on."""
    found = set(NAME.findall(query)) & rules.keys()
    return found.union(*(needed(rules[name], rules) for name in found))


def levels(rules: dict[str, str]) -> Iterator[dict[str, str]]:
    """The rules, those first that stand on no other."""
    left = dict(rules)
    while left:
        ready = {name: query for name, query in left.items() if not set(NAME.findall(query)) & left.keys()}
        yield ready
        left = {name: query for name, query in left.items() if name not in ready}


class Told:
    """A workload, the same under another name, and one more for each metric that is changed."""

    def __init__(self, spec: str) -> None:
        self.watch = watched(spec)
        rules = recorded(self.watch)
        self.names = needed(" ".join(asked(self.watch).values()), rules)
        self.named = {key: named(query, rules) for key, query in asked(self.watch).items()}
        metrics = sorted(set[str]().union(*self.named.values()))
        self.same = replace(self.watch, name=f"{self.watch.name}-same")
        self.changed = {
            metric: replace(self.watch, name=f"{self.watch.name}-{at}") for at, metric in enumerate(metrics)
        }

    def rules(self, watch: Watch) -> dict[str, str]:
        """The rules that its dashboard needs, under the name of the workload or of one beside it."""
        return {name: query for name, query in recorded(watch).items() if name in self.names}

    def all(self) -> Iterator[tuple[Watch, str]]:
        yield self.watch, ""
        yield self.same, ""
        yield from ((watch, metric) for metric, watch in self.changed.items())


@pytest.fixture(scope="module")
def told() -> dict[str, Told]:
    return {spec: Told(spec) for spec in SPECS}


@pytest.fixture(scope="module")
def store(told: dict[str, Told], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    made = Store(tmp_path_factory.mktemp("prometheus"))
    everyone = [(each, *pair) for each in told.values() for pair in each.all()]
    series: list[Series] = [each for _, watch, changed in everyone for each in history(watch, changed)]
    made.fill(openmetrics(series))
    steps = [(watch, level) for each, watch, _ in everyone for level in enumerate(levels(each.rules(watch)))]
    for depth in range(1 + max(level for _, (level, _) in steps)):
        rules = [
            {"record": name, "expr": query, "labels": {"workload": watch.name}}
            for watch, (level, found) in steps
            for name, query in found.items()
            if level == depth
        ]
        made.record(rules, START, END)
    with made.served():
        yield made


@pytest.mark.parametrize("spec", SPECS)
def test_every_panel_is_answered(spec: str, told: dict[str, Told], store: Store) -> None:
    for key, query in asked(told[spec].watch).items():
        value = store.value(query, END)
        assert value is not None, f"{key}: {query}"
        assert math.isfinite(value), f"{key}: {query}"


@pytest.mark.parametrize("spec", SPECS)
def test_a_panel_changes_with_every_series_that_it_names_and_with_no_other(
    spec: str, told: dict[str, Told], store: Store
) -> None:
    each = told[spec]
    same, before = asked(each.same), asked(each.watch)
    for metric, watch in each.changed.items():
        for key, query in asked(watch).items():
            value = store.value(before[key], END)
            assert value == store.value(same[key], END), key
            changed = store.value(query, END) != value
            assert changed == (metric in each.named[key]), f"{key} and {metric}: {query}"
