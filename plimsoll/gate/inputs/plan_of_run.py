"""Read the plan of a run as resources: its pools, and the job whose bound says how long they can stand."""

from dataclasses import replace
from decimal import ROUND_CEILING, Decimal
from functools import partial

from plimsoll.gate.inputs.committed import CommittedPlan, cluster_urn
from plimsoll.gate.inputs.plan_fields import UnreadableError, at, count, decimal, text
from plimsoll.gate.inputs.plan_lines import charge_of, check_sums, hours_of, lines_of, sum_of, whole_hours
from plimsoll.gate.inputs.plan_pools import child, pools_of
from plimsoll.gate.inputs.reader import MONEY, Json
from plimsoll.graph.resource import Resource
from plimsoll.graph.types import WORKLOAD_COMPONENT
from plimsoll.pricing import Charge
from plimsoll.pricing.result import cost_of

JOB = "kubernetes:batch/v1:Job"

_OF = ("floor", "expected", "ceiling")
_RUN, _MONTH = "usd_per_run", "usd_per_month"


def plan_of_run(document: Json, name: str) -> CommittedPlan:
    """Read it; what its runs keep in object storage and what its cluster shares is taken at the plan's word.

    Raises:
        UnreadableError: it is none of ours, or its sums are not those of its lines.
    """
    region = text(document, "chosen", "region")
    urn = f"urn:pulumi:plan::plimsoll::{WORKLOAD_COMPONENT}::{name}"
    runs = _runs_a_month(document)
    lines = lines_of(document, partial(_charge, urn=urn, region=region))
    own = [(line, charge) for line, charge in lines if not _is_shared(line)]
    shared = tuple(charge for line, charge in lines if _is_shared(line))
    money = {of: decimal(document, MONEY, "cost", _RUN, of) for of in _OF}
    check_sums(own, money, _RUN)
    claims = {of: {"usdPerMonth": str(usd * runs)} for of, usd in money.items()}
    if any(charge.list_usd_per_unit is not None for _, charge in own):
        listed = sum((charge.usd_at_list for _, charge in own if charge.of == "ceiling"), Decimal(0))
        claims["ceiling"]["listUsdPerMonth"] = str(listed * runs)
    component = Resource(
        urn,
        WORKLOAD_COMPONENT,
        name,
        {
            "ceiling": claims["ceiling"],
            "expected": claims["expected"],
            "owner": at(document, "workload").get("owner") or {},
            "expires": at(document, "workload").get("expires"),
        },
        custom=False,
        region=region,
    )
    taint = {"key": "plimsoll.dev/workload", "value": name, "effect": "NoSchedule"}
    pools = pools_of(document, name, urn, kept=taint)
    job = child(JOB, name, _job(document, name, runs, taint), urn, region)
    kept = tuple(
        _a_month(line, charge, runs)
        for line, charge in own
        if line.get("kind") == "storage" and charge.of in ("floor", "ceiling")
    )
    ceiling = money["ceiling"] * runs + sum_of(shared, "ceiling")
    cluster = whole_hours([each for each in shared if each.kind != "commitment"])
    alone = name if at(document, "workload").get("runs_per_month") is None else ""
    return CommittedPlan((component, *pools, job), kept, cluster, ceiling, region, alone)


def _is_shared(line: Json) -> bool:
    return text(line, "scope") == "cluster"


def _charge(line: Json, urn: str, region: str) -> Charge:
    """Read a line by the run, or by the month where it is a part of the cluster."""
    if _is_shared(line):
        return charge_of(line, cluster_urn(region), _MONTH, **hours_of(line, region, ()))
    listed = hours_of(line, region, ())["list_usd_per_unit"]
    return charge_of(line, urn, _RUN, list_usd_per_unit=listed)


def _runs_a_month(document: Json) -> int:
    said = at(document, "workload").get("runs_per_month")
    if said is None:
        return 1
    if isinstance(said, bool) or not isinstance(said, int | float) or not 0 < said <= 100_000:
        raise UnreadableError("workload.runs_per_month", f"{ascii(said)[:40]} is not a number of runs")
    return max(1, int(Decimal(str(said)).to_integral_value(ROUND_CEILING)))


def _a_month(line: Json, charge: Charge, runs: int) -> Charge:
    """Turn the charge of one run into that of a month's."""
    said = f"{text(line, 'quantity')} {text(line, 'unit')} a run"
    usd = charge.usd_per_month
    month = cost_of(Decimal(runs), usd)
    return replace(
        charge,
        quantity=Decimal(runs),
        unit="run",
        usd_per_unit=usd,
        usd_per_month=month,
        note=said,
        list_usd_per_unit=None,  # no discount touches what is stored
    )


def _job(document: Json, name: str, runs: int, taint: Json) -> Json:
    """Write the job that bounds the hours of the pools, as far as its price depends on it."""
    pods = count(document, "serving", "nodes")
    return {
        "metadata": {
            "name": name,
            "namespace": name,
            "annotations": {"plimsoll.dev/runs-per-month": str(runs)},
        },
        "spec": {
            "activeDeadlineSeconds": _bound_s(document),
            "parallelism": pods,
            "completions": pods,
            "backoffLimit": 6,
            "template": {"spec": _pod(document, name, {**taint, "operator": "Equal"})},
        },
    }


def _bound_s(document: Json) -> int:
    """Read the seconds after which the cluster ends it; the plan says them twice."""
    seconds, hours = count(document, "serving", "enforced_s"), at(document, "run", "enforced_h")
    if isinstance(hours, bool) or not isinstance(hours, int | float) or abs(hours * 3600 - seconds) > 1:
        raise UnreadableError(
            "run.enforced_h", f"{ascii(hours)[:40]} h are not {seconds} s of serving.enforced_s"
        )
    return seconds


def _pod(document: Json, name: str, toleration: Json) -> Json:
    devices = {"nvidia.com/gpu": str(count(document, "serving", "accelerators"))}
    saves = [{"name": "CHECKPOINT_DIR", "value": "-"}] if document.get("checkpoint") is not None else []
    return {
        "restartPolicy": "Never",
        "nodeSelector": {"plimsoll.dev/workload": name},
        "tolerations": [toleration],
        "containers": [{"name": "run", "env": saves, "resources": {"limits": devices, "requests": devices}}],
    }
