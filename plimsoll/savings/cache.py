"""A cache of answers: only where the owner says how often it hits, because nobody can guess that."""

from plimsoll.candidates.change import Change
from plimsoll.savings.case import LeverAnswer, LeverCase, said, tried
from plimsoll.savings.words import against, moved, priced

PATH, COLD = "load.cache", "load.cache.cold_start_ok"


def cache(case: LeverCase) -> LeverAnswer:
    """Solve without the cache that the spec gives, and with its hits counted at the peak too."""
    given = said(case.spec, PATH)
    if given is None:
        why = "load.cache is not given: how often a cache hits must come from your own log"
        if not case.hourly:
            why = "a run reads each request once: a cache of answers spares nothing"
        return LeverAnswer("cache", why)
    kept = {key: value for key, value in given.items() if value is not None}
    changes = [Change(PATH, kept, None)]
    if not said(case.spec, COLD):
        changes.append(Change(COLD, said(case.spec, COLD), True))
    found = tried(case, changes)
    if not found:
        return LeverAnswer("cache", "without its cache nothing holds every limit", None, case.chosen)
    change, choice = found[0]
    dropped = "no cache: it costs more than the accelerators that it spares"
    counted = "an empty cache breaks the sla at the peak until it has filled"
    trade_off = f"{dropped if change.path == PATH else counted}; {moved(case.chosen, choice)}"
    without = case.under(changes[0]) or choice
    why = f"the plan counts its hits already; without it {priced(case, without)}, {against(case, without)}"
    return LeverAnswer("cache", why, change, choice, trade_off)
