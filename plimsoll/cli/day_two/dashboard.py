"""`plimsoll dashboard`: Grafana dashboards of workloads, with the numbers of their plans."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from plimsoll.cli.day_two.watched import answer, watch_options

if TYPE_CHECKING:
    from plimsoll.spec.overrides import Overrides


@click.command("dashboard")
@watch_options
def command(
    specs: tuple[Path, ...],
    out: Path | None,
    overrides: "Overrides | None",
    *,
    force: bool,
    **facts: str | None,
) -> int:
    """Print the Grafana dashboard of each SPEC: what it costs and does now, beside what was planned.

    Classic JSON with a stable uid, one document a workload. Most panels read the series that the rules of
    'plimsoll alerts' record.
    """
    from plimsoll.observability.dashboard import TAG, dashboard
    from plimsoll.observability.watch import watches

    found = watches(specs, overrides, **facts)
    boards = {
        f"dashboard-{watch.name}.json": json.dumps(dashboard(watch), indent=2, ensure_ascii=False) + "\n"
        for watch in found
    }
    return answer(boards, "".join(boards.values()), found, out, None if force else f'"{TAG}"')
