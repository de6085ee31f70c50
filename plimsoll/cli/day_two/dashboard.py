"""`plimsoll dashboard`: Grafana dashboards of workloads, with the numbers of their plans."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from plimsoll.cli.day_two.watched import Watched, answer, watch_options

if TYPE_CHECKING:
    from plimsoll.spec.overrides import Overrides


@click.command("dashboard")
@watch_options
@click.option(
    "--config-map", is_flag=True, help="As a ConfigMap, which the sidecar of Grafana's chart loads."
)
def command(
    specs: tuple[Path, ...],
    out: Path | None,
    overrides: "Overrides | None",
    monitor_labels: dict[str, str],
    portfolio: Path | None,
    *,
    force: bool,
    config_map: bool,
    **facts: str | None,
) -> int:
    """Print the Grafana dashboard of each SPEC: what it costs and does now, beside what was planned.

    Classic JSON with a stable uid, one document a workload. Most panels read the series that the rules of
    'plimsoll alerts' record.
    """
    from plimsoll.ground.problems import Problem, SpecError
    from plimsoll.objects.manifest import text_of
    from plimsoll.observability import objects

    given = Watched(specs, overrides, out, force, facts, portfolio)
    if config_map:
        return answer(
            given,
            "dashboard-{}.yaml",
            lambda watch: text_of(objects.config_map(watch, monitor_labels)),
            objects.SIDECAR_MARK,
        )
    if monitor_labels:
        raise SpecError(
            Problem(
                "--monitor-label says nothing here",
                "Grafana's JSON has no labels",
                "add --config-map, or leave it out",
                "--monitor-label",
            )
        )
    return answer(given, "dashboard-{}.json", objects.json_of, f'"{objects.TAG}"')
