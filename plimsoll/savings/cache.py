"""A cache of answers: only where the owner says how often it hits, because nobody can guess that."""

from collections.abc import Iterator, Mapping
from typing import Any

from plimsoll.candidates.change import Change
from plimsoll.savings.case import LeverAnswer, LeverCase, said, tried
from plimsoll.savings.words import against, moved, priced

PATH, COLD, PLACE, NODES = "load.cache", "load.cache.cold_start_ok", "load.cache.kept_in", "load.cache.nodes"

GIVEN_UP = {
    PATH: "no cache: it costs more than the accelerators that it spares",
    COLD: "an empty cache breaks the sla at the peak until it has filled",
    NODES: "one node: nothing fails over, a failure forgets all answers",
}
KEPT = {
    "cluster": "one pod of Valkey in the cluster: nothing fails over, a failure forgets all answers",
    "elasticache": "ElastiCache, beside the cluster",
}


def cache(case: LeverCase) -> LeverAnswer:
    """Solve without the cache of the spec, with it elsewhere or on one node, and its hits at the peak."""
    given = said(case.spec, PATH)
    if given is None:
        why = "load.cache is not given: how often a cache hits must come from your own log"
        if not case.hourly:
            why = "a run reads each request once: a cache of answers spares nothing"
        return LeverAnswer("cache", why)
    changes = list(_changes(given))
    found = tried(case, changes)
    if not found:
        return LeverAnswer("cache", "without its cache nothing holds every limit", None, case.chosen)
    change, choice = found[0]
    given_up = GIVEN_UP.get(change.path) or KEPT[change.new]
    without = case.under(changes[0]) or choice
    why = f"the plan counts its hits already; without it {priced(case, without)}, {against(case, without)}"
    return LeverAnswer("cache", why, change, choice, f"{given_up}; {moved(case.chosen, choice)}")


def _changes(given: Mapping[str, Any]) -> Iterator[Change]:
    """No cache; its hits at the peak; the other place that may keep it; one node in place of several."""
    yield Change(PATH, {key: value for key, value in given.items() if value is not None}, None)
    if not given["cold_start_ok"]:
        yield Change(COLD, False, True)
    place = given["kept_in"]
    yield Change(PLACE, place, next(each for each in KEPT if each != place))
    if place == "elasticache" and given["nodes"] > 1:
        yield Change(NODES, given["nodes"], 1)
