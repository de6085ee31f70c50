"""A question is understood however it is spelled; its verdict is that of the nearest candidate."""

from functools import cache

import pytest

from plimsoll.catalog.tables import load
from plimsoll.ground.problems import SpecError
from plimsoll.plan.plan import Plan, Refusal
from plimsoll.plan.question import outcome, subjects
from plimsoll.plan.size import size
from plimsoll.spec.read import from_data
from plimsoll.speed.read import load_speed

CATALOG = load()
CHAT = {"model": "meta-llama/Llama-3.1-8B-Instruct", "load": {"qps": 5}, "region": "us-east-1"}


@cache
def plan_of(*changes: tuple[str, str]) -> Plan | Refusal:
    capacity = {key: [value] if key in ("allow", "deny") else value for key, value in changes}
    loaded = from_data(CHAT | ({"capacity": capacity} if capacity else {}), CATALOG, file="chat")
    return size(loaded.workload, loaded.architecture, CATALOG, load_speed())


@pytest.mark.parametrize(
    ("word", "kind", "name"),
    [
        ("g6.xlarge", "instance_type", "g6.xlarge"),
        ("G6.XLarge", "instance_type", "g6.xlarge"),
        ("g6", "family", "g6"),
        ("p6-b200", "family", "p6-b200"),
        ("H100", "accelerator", "H100-80GB"),
        ("h100-sxm-80gb", "accelerator", "H100-80GB"),
        ("NVIDIA H100", "accelerator", "H100-80GB"),
        ("nvidia-l40s", "accelerator", "L40S"),
        ("Tesla T4", "accelerator", "T4"),
        ("NVIDIA-H100-80GB-HBM3", "accelerator", "H100-80GB"),
        ("NVIDIA-A100-SXM4-40GB", "accelerator", "A100-40GB"),
        ("NVIDIA-RTX-PRO-6000-Blackwell-Server-Edition", "accelerator", "RTX-PRO-6000-BSE"),
        ("H100 SXM", "accelerator", "H100-80GB"),
        ("H100 SXM5", "accelerator", "H100-80GB"),
        ("Tesla-V100-SXM2-16GB", "accelerator", "V100-16GB"),
        ("On Demand", "capacity", "on-demand"),
        ("A100", "accelerator", "A100-40GB, A100-80GB"),
        ("RTX PRO 6000", "accelerator", "RTX-PRO-6000-BSE"),
        ("RTX-4090", "accelerator", "RTX-4090"),
        ("T4G", "accelerator", "T4G"),
        ("t4g", "family", "t4g"),
        ("trainium2", "accelerator", "Trainium2"),
        ("spot", "capacity", "spot"),
        ("Spot", "capacity", "spot"),
        ("on_demand", "capacity", "on-demand"),
        ("on-demand", "capacity", "on-demand"),
    ],
)
def test_a_word_is_understood(word: str, kind: str, name: str):
    (subject,) = subjects([word], CATALOG)
    assert (subject.what, subject.kind, subject.name) == (word, kind, name)


def test_every_type_family_and_rented_accelerator_can_be_asked_about():
    families = {name.partition(".")[0] for name in CATALOG.instance_types}
    types = (CATALOG.instance_types[name] for name in CATALOG.planned)
    carried = {each.accelerator for each in types if each.accelerator}
    asked = subjects([*CATALOG.instance_types, *families, *carried], CATALOG)
    assert all(subject.instance_types for subject in asked)
    assert all(subjects([name], CATALOG)[0].kind == "accelerator" for name in CATALOG.accelerators)


@pytest.mark.parametrize(
    ("word", "fix"),
    [
        ("g66", "did you mean family 'g6'?"),
        ("g6.xlarg", "did you mean instance type 'g6.xlarge'?"),
        ("H1000", "did you mean accelerator 'H100'?"),
        ("p5e.48xlarg", "did you mean instance type 'p5e.48xlarge'?"),
        ("spots", "did you mean capacity 'spot'?"),
        ("us-west-2", "for the plan there: --region us-west-2"),
        ("fp8", "for the plan in it: --set precision=fp8"),
        ("everything", "'plimsoll offers' lists what there is"),
    ],
)
def test_an_unknown_word_brings_the_nearest_of_each_kind(word: str, fix: str):
    with pytest.raises(SpecError) as refused:
        subjects(["g6", word], CATALOG)
    (problem,) = refused.value.problems
    assert (problem.where, problem.fix) == ("WHAT", fix)


def test_every_unknown_word_is_told_at_once():
    with pytest.raises(SpecError) as refused:
        subjects(["g66", "g6", "H1000"], CATALOG)
    assert len(refused.value.problems) == 2


def verdict(answer: Plan | Refusal, word: str) -> str:
    (subject,) = subjects([word], CATALOG)
    return outcome(answer, subject, CATALOG).verdict


def test_the_verdict_is_that_of_the_nearest_candidate():
    plan = plan_of()
    assert isinstance(plan, Plan)
    chosen = plan.chosen
    assert chosen.accelerator is not None
    for word in (
        chosen.instance_type,
        chosen.instance_type.partition(".")[0],
        chosen.accelerator,
        "on-demand",
    ):
        assert verdict(plan, word) == "chosen"
    dominated = next(row for row in plan.candidates if row.verdict == "dominated")
    assert verdict(plan, dominated.instance_type) in ("chosen", "dominated")
    assert verdict(plan, "g6f") == "rejected"
    assert verdict(plan, "spot") == "rejected"
    assert verdict(plan_of(("spot", "allow")), "spot") in ("chosen", "dominated")


@pytest.mark.parametrize(
    ("word", "says"),
    [
        ("RTX-4090", "No instance type of the catalogue carries RTX-4090"),
        ("m7i.large", "m7i.large has no accelerator, and this workload runs on an accelerator"),
        ("t4g", "t4g has no accelerator"),
    ],
)
def test_what_was_not_tried_says_why(word: str, says: str):
    (subject,) = subjects([word], CATALOG)
    found = outcome(plan_of(), subject, CATALOG)
    assert (found.verdict, found.rows, found.best) == ("not_tried", (), None)
    assert found.why_not_tried.startswith(says)


@pytest.mark.parametrize(
    ("change", "word", "code"),
    [
        (("deny", "g6e"), "L40S", "denied"),
        (("allow", "g6e"), "H100", "denied"),
        (("spot", "never"), "spot", "spot_forbidden"),
        (("deny", "g6e"), "p6e-gb200", "not_offered"),
    ],
)
def test_what_is_denied_or_not_offered_says_so(change: tuple[str, str], word: str, code: str):
    (subject,) = subjects([word], CATALOG)
    found = outcome(plan_of(change), subject, CATALOG)
    assert found.verdict == "rejected"
    assert all(code in {reason.code for reason in row.reasons} for row in found.rows)
