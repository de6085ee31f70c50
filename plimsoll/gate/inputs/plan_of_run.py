"""Read the plan of a run as resources: its pools, and the job whose bound says how long they can stand."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import ROUND_CEILING, Decimal
from typing import Any, cast

from plimsoll.gate.inputs.committed import CommittedPlan, cluster_urn
from plimsoll.gate.inputs.plan_fields import NUMBER, UnreadableError, at, count, decimal, list_of, text
from plimsoll.gate.inputs.plan_pools import child, pools_of
from plimsoll.gate.inputs.reader import MONEY, Json
from plimsoll.graph.resource import Resource
from plimsoll.graph.types import WORKLOAD_COMPONENT
from plimsoll.pricing import Charge
from plimsoll.pricing.result import cost_of

JOB = "kubernetes:batch/v1:Job"

_OF = ("floor", "expected", "ceiling")


def plan_of_run(document: Json, name: str) -> CommittedPlan:
    """Read it; what its runs keep in object storage and what its cluster shares is taken at the plan's word.

    Raises:
        UnreadableError: it is none of ours, or its sums are not those of its lines.
    """
    region = text(document, "chosen", "region")
    urn = f"urn:pulumi:plan::plimsoll::{WORKLOAD_COMPONENT}::{name}"
    runs = _runs_a_month(document)
    own, shared = _lines(document, urn, runs)
    _check_sums(document, own)
    claims = {of: sum((usd * runs for basis, usd, _ in own if basis == of), Decimal(0)) for of in _OF}
    component = Resource(
        urn,
        WORKLOAD_COMPONENT,
        name,
        {
            "ceiling": {"usdPerMonth": str(claims["ceiling"])},
            "expected": {"usdPerMonth": str(claims["expected"])},
            "owner": at(document, "workload").get("owner") or {},
            "expires": at(document, "workload").get("expires"),
        },
        custom=False,
        region=region,
    )
    taint = {"key": "plimsoll.dev/workload", "value": name, "effect": "NoSchedule"}
    pools = pools_of(document, name, urn, kept=taint)
    job = child(JOB, name, _job(document, name, runs, taint), urn, region)
    kept = tuple(charge for basis, _, charge in own if charge is not None and basis in ("floor", "ceiling"))
    ceiling = claims["ceiling"] + sum((c.usd_per_month for c in shared if c.of == "ceiling"), Decimal(0))
    return CommittedPlan((component, *pools, job), kept, shared, ceiling, region)


def _runs_a_month(document: Json) -> int:
    said = at(document, "workload").get("runs_per_month")
    if said is None:
        return 1
    if isinstance(said, bool) or not isinstance(said, int | float) or not 0 < said <= 100_000:
        raise UnreadableError("workload.runs_per_month", f"{ascii(said)[:40]} is not a number of runs")
    return max(1, int(Decimal(str(said)).to_integral_value(ROUND_CEILING)))


Own = tuple[str, Decimal, Charge | None]
"""What a line counts towards, what a run pays of it, and the charge where nothing is priced anew."""


def _lines(document: Json, urn: str, runs: int) -> tuple[list[Own], tuple[Charge, ...]]:
    """Read the bill: every line is its quantity times its unit price, by the run or by the month."""
    own: list[Own] = []
    shared: list[Charge] = []
    region = text(document, "chosen", "region")
    for index, line in enumerate(list_of(document, "cost", "lines")):
        try:
            of, is_shared = text(line, "of"), text(line, "scope") == "cluster"
            usd = _amount(line, "usd_per_month" if is_shared else "usd_per_run")
            if is_shared:
                shared.append(_charge(line, cluster_urn(region), decimal(line, NUMBER, "quantity")))
            else:
                kept = line.get("kind") == "storage"
                own.append((of, usd, _of_runs(line, urn, runs, usd) if kept else None))
        except UnreadableError as error:
            raise UnreadableError(f"cost.lines[{index}].{error.path}", str(error)) from None
    return own, tuple(shared)


def _amount(line: Any, key: str) -> Decimal:  # noqa: ANN401 - foreign JSON
    quantity, price = decimal(line, NUMBER, "quantity"), decimal(line, NUMBER, "usd_per_unit")
    usd = decimal(line, MONEY, key)
    if cost_of(quantity, price) != usd:
        raise UnreadableError(key, f"{usd} is not {quantity} × {price}")
    return usd


def _of_runs(line: Json, urn: str, runs: int, usd: Decimal) -> Charge:
    priced = _charge(line, urn, Decimal(runs), usd)
    said = f"{text(line, 'quantity')} {text(line, 'unit')} a run"
    return replace(priced, unit="run", note=said)


def _charge(line: Json, urn: str, quantity: Decimal, unit_price: Decimal | None = None) -> Charge:
    price = decimal(line, NUMBER, "usd_per_unit") if unit_price is None else unit_price
    return Charge(
        urn,
        text(line, "item"),
        cast("Any", text(line, "of")),
        quantity,
        text(line, "unit"),
        price,
        cost_of(quantity, price),
        text(line, "source"),
        text(line, "as_of"),
        inferred=bool(line.get("inferred")),
    )


def _check_sums(document: Json, own: list[Own]) -> None:
    for of in _OF:
        told = decimal(document, MONEY, "cost", "usd_per_run", of)
        summed = sum((usd for basis, usd, _ in own if basis == of), Decimal(0))
        if summed != told:
            raise UnreadableError(f"cost.usd_per_run.{of}", f"{told} is not the sum of its lines, {summed}")


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
            "template": {"spec": _pod(document, name, dict(_tolerated(taint)))},
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


def _tolerated(taint: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    yield from taint.items()
    yield "operator", "Equal"
