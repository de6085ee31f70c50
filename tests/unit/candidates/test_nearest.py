"""What fails least is told first; accelerators that all fail for one plain reason are told together."""

from dataclasses import replace

from plimsoll.candidates.nearest import Accelerators, misses, nearest
from plimsoll.candidates.row import CandidateRow
from plimsoll.catalog.tables import load
from plimsoll.sizing.limits import BUDGET, HOST, MEMORY, PINNED, TPOT, Limit

FACTS = load()
L4 = FACTS.accelerators["L4"]
FOREIGN = replace(L4, name="foreign", cuda=False)
OTHER = replace(L4, name="other", cuda=False)


def row(
    instance: str, *limits: Limit, precision: str | None = "fp8", verdict: str = "rejected"
) -> CandidateRow:
    reasons = tuple(limit.broken(limit.code, 2.0, 3.0) for limit in limits)
    name = f"us-east-1/{instance}/{precision}"
    return CandidateRow(
        *(name, instance, "us-east-1", 1, precision, "on-demand", verdict),
        *(None, None, None, None, None, None, reasons),
    )  # type: ignore[arg-type]


def test_money_is_easier_to_mend_than_speed_and_speed_than_memory() -> None:
    rows = [row("a", MEMORY), row("b", TPOT), row("c", BUDGET)]
    assert nearest(rows).instance_type == "c"
    assert nearest(rows[:2]).instance_type == "b"


def test_what_holds_is_nearer_than_what_fails() -> None:
    assert nearest([row("a", BUDGET), row("b", verdict="dominated")]).instance_type == "b"


def test_an_accelerator_on_which_something_holds_has_no_miss() -> None:
    rows = [row("g6.xlarge", verdict="chosen"), row("g6.2xlarge", BUDGET)]
    assert misses(rows, {"g6.xlarge": L4, "g6.2xlarge": L4}).rows == ()


def test_accelerators_that_cannot_run_our_image_are_told_together() -> None:
    accelerators: Accelerators = {"x": FOREIGN, "y": OTHER}
    (alike,) = misses([row("x", HOST), row("y", HOST, MEMORY)], accelerators).alike
    assert (alike.limit, alike.names) == (HOST, ("foreign", "other"))


def test_a_host_that_is_too_small_says_nothing_about_its_accelerator() -> None:
    accelerators: Accelerators = {"x": L4, "y": replace(L4, name="L4b")}
    told = misses([row("x", HOST), row("y", HOST)], accelerators)
    assert told.alike == ()
    assert [name for name, _ in told.rows] == ["L4", "L4b"]


def test_what_an_owner_measured_ran_so_its_platform_is_no_reason() -> None:
    accelerators: Accelerators = {"x": FOREIGN, "y": OTHER}
    rows = [row("x", HOST, PINNED, precision=None), row("y", HOST, PINNED, precision=None)]
    (alike,) = misses(rows, accelerators, own_image=True).alike
    assert alike.limit == PINNED
