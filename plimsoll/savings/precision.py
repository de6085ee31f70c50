"""Precision: the weights in fewer bits, where somebody published them so or the engine makes them at load."""

from plimsoll.candidates.change import Change
from plimsoll.engines.precision import KNOWN
from plimsoll.savings.case import LeverAnswer, LeverCase, LeverChoice, said, tried
from plimsoll.savings.words import against, moved, priced

PIN, PATH = "pin.precision", "precision"


def precision(case: LeverCase) -> LeverAnswer:
    """Solve in each other precision; the next one down has its price told whatever it is."""
    if case.chosen.precision is None:
        return LeverAnswer("precision", "it runs as it was measured: a measurement is of one precision")
    path = PIN if said(case.spec, PIN) else PATH
    old = said(case.spec, path)
    found = tried(case, [Change(path, old, name) for name in _names(case, path)])
    down = _next_down(case, found)
    if not found:
        return LeverAnswer(
            "precision", f"nothing is published of this model below {case.chosen.precision} that holds"
        )
    change, choice = found[0]
    if choice.paid < case.chosen.paid:
        note = "" if down is None or down[1] is choice else f"; the next down, {_told(case, *down)}"
        return LeverAnswer("precision", "", change, choice, _trade_off(case, choice), note)
    change, choice = down or found[0]
    word = "the next down" if down else "the cheapest other"
    return LeverAnswer("precision", f"{word}, {_told(case, change, choice)}", None, choice)


def _names(case: LeverCase, path: str) -> list[str]:
    """The precisions to try, as a run or a service may be asked for them."""
    training = case.spec.get("kind") == "training"
    return [name for name in case.precisions if not (path == PIN and training)]


def _told(case: LeverCase, change: Change, choice: LeverChoice) -> str:
    return f"{change.new}, is {priced(case, choice)}, {against(case, choice)}"


def _next_down(case: LeverCase, found: list[tuple[Change, LeverChoice]]) -> tuple[Change, LeverChoice] | None:
    """The precision with the most bits below the chosen one's; of two alike the cheaper."""
    now = KNOWN[case.chosen.precision or "bf16"].bits
    lower = [each for each in found if round(KNOWN[str(each[0].new)].bits) < round(now)]
    return min(lower, key=lambda each: -round(KNOWN[str(each[0].new)].bits), default=None)


def _trade_off(case: LeverCase, choice: LeverChoice) -> str:
    was, now = (KNOWN[each.precision or "bf16"].bits for each in (case.chosen, choice))
    return (
        f"{was:g} → {now:g} bits a weight; no quality figure of {choice.precision} against "
        f"{case.chosen.precision} is held here: measure yours; {moved(case.chosen, choice)}"
    )
