"""Warnings are facts that stop a deployment, or that a careful reader would ask about: a plan says each.

A new warning is one function here and its line in `WARNINGS`. A refusal has none: nothing is deployed.
"""

from collections.abc import Callable, Iterator

from plimsoll.candidates.candidate import Candidate
from plimsoll.candidates.search import Search
from plimsoll.plan.warnings.one_node import single_node, single_spot_node
from plimsoll.plan.warnings.own_speed import own_speed
from plimsoll.plan.warnings.sureness import extrapolated, inferred_price, interval
from plimsoll.plan.warnings.warning import PlanWarning


def warnings_of(search: Search, best: Candidate) -> tuple[PlanWarning, ...]:
    """Collect every warning of a choice, in the order of the table below."""
    return tuple(warning for warned in WARNINGS for warning in warned(search, best))


def _no_image(search: Search, best: Candidate) -> Iterator[PlanWarning]:
    """Warn that nothing says which image serves, or what it loads."""
    started, name = search.work.container(best.setup, best.instance), search.workload.name
    by_ray = search.workload.engine.run_by == "ray_serve"
    if started.image is not None and not by_ray:
        return
    if by_ray:
        why = (
            f"Ray Serve needs an image with Ray and vLLM {search.workload.engine.version}, and nobody here "
            f"knows one; set images.{name} in the stack"
        )
    elif started.engine is not None:
        why = "the model is described but not named, so the engine has nothing to load; give weights"
    elif started.model is not None:
        why = f"no engine's image is known for {started.model} here; set images.{name} in the stack"
    else:
        why = f"the measured service names no image; set measured.image, or images.{name} in the stack"
    yield PlanWarning("no_image", f"what is deployed cannot start: {why}")


def _gated_model(search: Search, best: Candidate) -> Iterator[PlanWarning]:
    """Warn that what is loaded can only be downloaded with a token."""
    loaded, name = best.setup.weights, search.workload.name
    if loaded is not None and loaded.gated:
        yield PlanWarning(
            "gated_model",
            f"{loaded.name} is gated: without a token whose owner accepted its licence no pod starts; set "
            f"huggingFaceToken in the stack, or put it into the Secret hugging-face of the namespace {name}, "
            "key token",
        )


def _longest_request(search: Search, best: Candidate) -> Iterator[PlanWarning]:
    """Warn that requests which the model takes are refused, unless the spec says how long they may be."""
    admitted, context = best.setup.max_tokens, search.work.context_tok
    if search.workload.load.max_tokens is None and admitted is not None and admitted < context:
        yield PlanWarning(
            "longest_request",
            f"requests of more than {admitted:,} tokens are refused, since the cache of one replica holds no "
            f"more; the model takes {context:,}: say load.max_tokens, or take more memory a replica",
        )


def _cache(search: Search, best: Candidate) -> Iterator[PlanWarning]:
    """Warn that a cache costs more than it spares."""
    if search.workload.load.cache is not None:
        from plimsoll.plan.beside.cache import cache_does_not_pay  # start-up: few specs have one

        yield from cache_does_not_pay(search, best)


def _route(search: Search, best: Candidate) -> Iterator[PlanWarning]:
    """Warn that routing by prefix would choose among nothing."""
    if search.workload.route.prefix_aware:
        from plimsoll.plan.beside.routing import no_prefix_route  # start-up: few specs have one

        yield from no_prefix_route(search, best)


def _spot_preferred(search: Search, best: Candidate) -> Iterator[PlanWarning]:
    """Warn that spot was preferred and is not taken."""
    if search.workload.capacity.spot == "prefer" and best.option.capacity_type != "spot":
        from plimsoll.plan.warnings.spot import (
            spot_not_taken,  # start-up: few specs prefer what they cannot have
        )

        refused = (each for each in search.candidates if each.option.capacity_type == "spot")
        told = ((each.instance.name, each.reasons) for each in refused)
        yield from spot_not_taken(best.option.capacity_type, best.instance.name, told)


def _outside_schedule(search: Search, best: Candidate) -> Iterator[PlanWarning]:
    """Warn that much of the load comes outside the hours of a schedule."""
    if search.workload.scale.schedule is not None:
        from plimsoll.plan.beside.schedule import load_outside_schedule  # start-up: few specs have one

        yield from load_outside_schedule(search, best)


def _mixed(search: Search, best: Candidate) -> Iterator[PlanWarning]:
    """Warn of what a mix needs of the cluster, and of what its second type lacks."""
    if best.must_be_sized().second is not None:
        from plimsoll.plan.beside.mixed import mix_warnings  # start-up: few specs allow a second type

        yield from mix_warnings(search, best)


def _by_ray(search: Search, best: Candidate) -> Iterator[PlanWarning]:
    """Warn that an upgrade by Ray Serve runs two clusters, and what that adds to the ceiling."""
    if search.workload.engine.run_by == "ray_serve":
        from plimsoll.plan.beside.ray import two_clusters  # start-up: few specs ask for it

        yield from two_clusters(best)


def _idle_commitments(search: Search, best: Candidate) -> Iterator[PlanWarning]:
    """Warn of commitments of the organisation that the plan leaves idle."""
    if search.discounts is not None and search.discounts.commitments:
        from plimsoll.plan.warnings.idle import idle_commitments  # start-up: only with a discounts file

        yield from idle_commitments(search, best)


def _expires_soon(search: Search, best: Candidate) -> Iterator[PlanWarning]:
    """Warn of an end within a quarter of the prices' date, or before it."""
    del best
    if search.workload.expires is not None:
        from plimsoll.plan.warnings.ends import expires_soon  # start-up: few specs end

        yield from expires_soon(search.workload.expires, search.catalog.priced_on)


_SHARED = {
    "fraction": "{type} has {part} of an {accelerator}: needs gate NodeOverlay=true and a GRID AMI "
    "(Karpenter's gate; the AMI tagged plimsoll.dev/driver: grid)",
    "time_slicing": "{count} replicas take turns on each {accelerator}: nothing limits the memory that one "
    "takes, and a fault of one ends all of them; it needs gate NodeOverlay=true (Karpenter)",
    "mig": "each {accelerator} is cut into {count} × {profile}: it needs gate NodeOverlay=true (Karpenter) "
    "and the MIG manager of NVIDIA's GPU operator, with mig.strategy: mixed",
}
"""What whoever deploys shared accelerators has to have, by how they are shared."""


def _shared_accelerator(search: Search, best: Candidate) -> Iterator[PlanWarning]:
    """Warn of what a shared accelerator needs of the cluster, and does not promise."""
    del search
    share, instance = best.setup.pod.share, best.instance
    if share is not None:
        message = _SHARED[share.kind].format(
            type=instance.name,
            part=share.short,
            accelerator=instance.accelerator,
            count=share.per_accelerator,
            profile=share.profile,
        )
        yield PlanWarning("shared_accelerator", message)


WARNINGS: tuple[Callable[[Search, Candidate], Iterator[PlanWarning]], ...] = (
    _no_image,
    _gated_model,
    _longest_request,
    single_node,
    single_spot_node,
    _shared_accelerator,
    _spot_preferred,
    interval,
    extrapolated,
    inferred_price,
    own_speed,
    _idle_commitments,
    _expires_soon,
    _outside_schedule,
    _cache,
    _route,
    _mixed,
    _by_ray,
)
"""Every warning, what stops a deployment first; each function yields its warning where it applies."""
