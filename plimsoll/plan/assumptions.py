"""Every number that nobody supplied and every fact that was inferred, so that the plan can print them."""

from collections.abc import Iterator

from plimsoll.candidates.candidate import Candidate
from plimsoll.candidates.search import Search
from plimsoll.catalog.facts import Price
from plimsoll.ground.assumption import Assumption
from plimsoll.ground.units import HOURS_PER_MONTH
from plimsoll.models.architecture import Architecture
from plimsoll.plan.container import published_name
from plimsoll.sizing.spares import monthly_interruption
from plimsoll.spec import defaults
from plimsoll.spec.workload import Workload

DEFAULT = "default of the spec"


def assumptions_of(found: Search, best: Candidate | None) -> tuple[Assumption, ...]:
    """All assumptions of a plan (or refusal), defaults first, each name once."""
    everything = [*_defaults(found), *_model(found)]
    if best is not None:
        everything += [*best.way.assumptions, *_fleet(found, best), *_prices(best)]
    everything.append(Assumption("hours per month", int(HOURS_PER_MONTH), "h", "365 × 24 ÷ 12"))
    return tuple({assumption.name: assumption for assumption in everything}.values())


def _defaults(found: Search) -> Iterator[Assumption]:
    """Spec keys that were left out, with the value that was used."""
    workload, traffic = found.workload, found.traffic
    llm = found.architecture is not None and found.architecture.task in {"llm", "encoder"}
    load = workload.load
    if workload.region is None and workload.regions is None:
        yield Assumption("region", defaults.REGION, None, DEFAULT)
    if llm:
        yield from _token_defaults(found)
    if llm and workload.precision is None and workload.pin.precision is None and found.architecture:
        unsaid = "native_precision" in found.architecture.assumed
        source = f"{DEFAULT}: the model names none" if unsaid else "the published weights"
        yield Assumption("precision", found.architecture.native_precision, None, source)
    if load.qps is not None and load.qps.average is None and load.profile is None:
        yield Assumption("load.qps.average", load.qps.peak, "requests/s", f"{DEFAULT}: the peak")
    if traffic.profile_assumed:
        yield Assumption(
            "load.profile",
            "one peak a day, ((1 + cos) / 2)^k",
            None,
            "shaped to the average; give load.profile",
        )
    yield from _unlimited(found)
    yield from _limit_defaults(workload)


def _unlimited(found: Search) -> Iterator[Assumption]:
    """The latencies that no key of the sla limits."""
    limited = {key.partition("_")[0] for key in found.workload.sla.latency_limits()}
    text = found.architecture is not None and found.architecture.task == "llm"
    free = [metric for metric in (("ttft", "tpot", "e2e") if text else ("latency",)) if metric not in limited]
    if free:
        source = f"{DEFAULT}: the utilisation target still holds"
        yield Assumption("sla", f"no limit on {', '.join(free)}", None, source)


def _token_defaults(found: Search) -> Iterator[Assumption]:
    load, traffic = found.workload.load, found.traffic
    for name, given, lengths in (
        ("input_tokens", load.input_tokens, traffic.input_tok),
        ("output_tokens", load.output_tokens, traffic.output_tok),
    ):
        if name == "output_tokens" and found.architecture and found.architecture.task == "encoder":
            continue
        if given is None:
            yield Assumption(f"load.{name}", lengths.mean, "tokens", DEFAULT)
        if given is None or given.p95 is None:
            p95 = defaults.P95_RATIO * lengths.mean
            yield Assumption(f"load.{name}.p95", p95, "tokens", f"{DEFAULT}: {defaults.P95_RATIO} × mean")


def _limit_defaults(workload: Workload) -> Iterator[Assumption]:
    if "availability" not in workload.sla.model_fields_set:
        yield Assumption("sla.availability", workload.sla.availability, None, DEFAULT)
    if workload.budget is None:
        yield Assumption("budget", "none", None, f"{DEFAULT}: no limit")
    elif "basis" not in workload.budget.model_fields_set:
        yield Assumption("budget.basis", workload.budget.basis, None, DEFAULT)
    if "spot" not in workload.capacity.model_fields_set:
        yield Assumption("capacity.spot", workload.capacity.spot, None, DEFAULT)
    elif workload.capacity.spot != "never" and "on_demand_base" not in workload.capacity.model_fields_set:
        yield Assumption("capacity.on_demand_base", workload.capacity.on_demand_base, "replicas", DEFAULT)
    if "min_replicas" not in workload.scale.model_fields_set:
        yield Assumption("scale.min_replicas", workload.scale.min_replicas, "replicas", DEFAULT)
    if workload.scale.max_replicas is None and workload.pin.replicas is None:
        yield Assumption("scale.max_replicas", "what sizing finds", None, DEFAULT)
    if workload.measured is None and "version" not in workload.engine.model_fields_set:
        yield Assumption("engine", f"{workload.engine.name} {workload.engine.version}", None, DEFAULT)


def _model(found: Search) -> Iterator[Assumption]:
    if found.architecture is None:
        return
    if published_name(found.workload, found.architecture) is None:
        yield Assumption(
            "weights", "not named", None, "give weights: the engine cannot load a model from its description"
        )
    for name in found.architecture.assumed:
        value = _assumed_value(found.architecture, name)
        yield Assumption(f"model.{name}", value, None, found.architecture.source or "estimated")


def _assumed_value(architecture: Architecture, name: str) -> float | str | None:
    """What was assumed for a fact; None where it is part of a sum and cannot be told apart."""
    if name in {"kv_heads", "head_dim"}:
        return getattr(architecture.attention[0], name) if architecture.attention else None
    if name in {"experts", "experts_per_token"} and architecture.experts is not None:
        return architecture.experts.count if name == "experts" else architecture.experts.active
    value = getattr(architecture, name, None)
    if value is None:
        from plimsoll.models.hugging_face.encoders import ASSUMED  # seldom needed, and start-up counts

        value = ASSUMED.get(name)
    return value if isinstance(value, int | float | str) else None


def _fleet(found: Search, best: Candidate) -> Iterator[Assumption]:
    fleet = best.fleet
    if fleet is None:
        return
    if best.way.replica is not None and not best.way.measured:
        yield Assumption(
            "utilisation target",
            float(f"{best.way.replica.qps_of(best.way.replica.top_batch) / _full(best):.3g}"),
            "share of a replica's capacity",
            "the knee of p99 latency (README, How fast, and how sure)",
        )
    if fleet.zones > 1:
        yield Assumption(
            "replicas spread over", fleet.zones, "zones", "all that offer the type, at most three"
        )
        if fleet.replicas.min < 2:
            yield Assumption(
                "off-peak availability",
                f"{fleet.replicas.min} replica, so a failure is an outage of a cold start",
                None,
                "scale.min_replicas; the promise is for the peak",
            )
    if best.offering is not None and best.offering.on_demand is not None:
        yield Assumption("on-demand price as of", best.offering.on_demand.as_of, None, "the catalogue")
    yield Assumption("cold start", fleet.cold_start_s, "s", "node, image, weights, engine in turn")
    if found.workload.scale.to_zero:
        yield Assumption(
            "scale to zero", fleet.cold_start_s, "s", "requests that meet zero replicas are outside the sla"
        )
    if best.capacity == "spot":
        band = best.offering.interruption_per_month if best.offering else None
        yield Assumption(
            "spot interruption",
            monthly_interruption(band),
            "per instance and month",
            "AWS Spot Advisor band; also the expected share of hours on the on-demand fallback",
        )
    yield Assumption(
        "rolling update", "one replica less, none more", None, "pool limits leave no room for a surge"
    )


def _full(best: Candidate) -> float:
    replica = best.way.replica
    full = getattr(replica, "slots", None) or getattr(replica, "max_batch", None)
    return replica.qps_of(full) if replica is not None and full else 1.0


def _prices(best: Candidate) -> Iterator[Assumption]:
    """Prices that were inferred, or that are no ordinary market price."""
    seen: set[str] = set()
    if best.bill is None:
        return
    for line in best.bill.lines:
        price: Price = line.price
        name = f"price of {line.item}"
        if name in seen:
            continue
        if price.inferred:
            seen.add(name)
            yield Assumption(name, f"{price.usd:f}", f"USD/{line.unit}", f"inferred: {price.inferred}")
        elif price.flag:
            seen.add(name)
            yield Assumption(name, f"{price.usd:f}", f"USD/{line.unit}", f"spot price is {price.flag}")
