"""`plimsoll alerts`: rules of Prometheus that hold workloads against their plans."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from plimsoll.cli.day_two.watched import answer, watch_options

if TYPE_CHECKING:
    from plimsoll.spec.overrides import Overrides


@click.command("alerts")
@watch_options
def command(
    specs: tuple[Path, ...],
    out: Path | None,
    overrides: "Overrides | None",
    *,
    force: bool,
    **facts: str | None,
) -> int:
    """Print the PrometheusRule of each SPEC: recorded series, and alerts whose numbers are the plan's.

    Idle accelerators, cost above what was expected or the ceiling, the pace of the budget, latency limits,
    replicas at their most, nodes that are not the plan's; of a run, its hours.
    """
    from plimsoll.objects.manifest import stream, text_of
    from plimsoll.objects.tags import WORKLOAD_LABEL
    from plimsoll.observability.rules import rule_object
    from plimsoll.observability.watch import watches

    found = watches(specs, overrides, **facts)
    rules = {f"alerts-{watch.name}.yaml": text_of(rule_object(watch)) for watch in found}
    return answer(rules, stream(rules), found, out, None if force else WORKLOAD_LABEL)
