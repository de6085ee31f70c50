"""A smaller model of the same family: only where the quality of both is published, and never silently."""

from plimsoll.candidates.change import Change
from plimsoll.savings.case import LeverAnswer, LeverCase, LeverChoice, said, tried
from plimsoll.savings.quality import Pair, smaller_of
from plimsoll.savings.words import against, moved, priced

PATH = "model"


def smaller_model(case: LeverCase) -> LeverAnswer:
    """Solve with each smaller model of a pair whose quality figures are both published."""
    if bar := _barred(case):
        return LeverAnswer("smaller_model", bar)
    pairs = {pair.smaller: pair for pair in smaller_of(case.model)} if case.model is not None else {}
    if not pairs:
        return LeverAnswer(
            "smaller_model",
            f"no smaller model of its family has published quality beside {case.model or 'this model'}",
        )
    found = tried(case, [Change(PATH, said(case.spec, PATH), name) for name in pairs])
    if not found:
        return LeverAnswer("smaller_model", f"with none of {', '.join(pairs)} every limit holds")
    change, choice = found[0]
    pair = pairs[str(change.new)]
    why = f"{pair.smaller} is {priced(case, choice)}, {against(case, choice)}; {_quality(pair)}"
    return LeverAnswer("smaller_model", why, change, choice, _trade_off(case, pair, choice))


def _barred(case: LeverCase) -> str:
    """Say why another model cannot stand in the place of this one; empty where it can."""
    if case.spec.get("kind") == "training":
        return "another model is another result: what is trained is not exchanged"
    if case.spec.get("measured") is not None:
        return "it was measured: which model it runs is not known here"
    for key, what in (("weights", "names what is loaded"), ("adapters", "are made for this model")):
        if case.spec.get(key) is not None:
            return f"{key} {what}: another model would not take them"
    return ""


def _quality(pair: Pair) -> str:
    return "; ".join(
        f"{each.benchmark} {each.larger:g} → {each.smaller:g} ({each.source}, {each.as_of})"
        for each in pair.scores
    )


def _trade_off(case: LeverCase, pair: Pair, choice: LeverChoice) -> str:
    return f"{_quality(pair)}; {moved(case.chosen, choice)}"
