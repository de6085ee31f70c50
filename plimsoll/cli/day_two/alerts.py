"""`plimsoll alerts`: rules of Prometheus that hold workloads against their plans."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from plimsoll.cli.day_two.watched import Watched, answer, watch_options

if TYPE_CHECKING:
    from plimsoll.spec.overrides import Overrides


@click.command("alerts")
@watch_options
def command(
    specs: tuple[Path, ...],
    out: Path | None,
    overrides: "Overrides | None",
    monitor_labels: dict[str, str],
    portfolio: Path | None,
    *,
    force: bool,
    **facts: str | None,
) -> int:
    """Print the PrometheusRule of each SPEC: recorded series, and alerts whose numbers are the plan's.

    Idle accelerators, cost above what was expected or the ceiling, the pace of the budget, latency limits,
    replicas at their most, nodes that are not the plan's; of a run, its hours.
    """
    from plimsoll.objects.manifest import text_of
    from plimsoll.objects.tags import WORKLOAD_LABEL
    from plimsoll.observability.rules import rule_object

    given = Watched(specs, overrides, out, force, facts, portfolio)
    return answer(
        given,
        "alerts-{}.yaml",
        lambda watch: text_of(rule_object(watch, monitor_labels)),
        WORKLOAD_LABEL,
    )
