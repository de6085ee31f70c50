"""`plimsoll manifests`: the Kubernetes objects of workloads, for a cluster that exists."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from plimsoll.cli.labels import monitor_labels_option
from plimsoll.cli.options import (
    calibration_option,
    discounts_option,
    on_option,
    prices_option,
    spec_options,
    specs_argument,
)

if TYPE_CHECKING:
    from plimsoll.objects.deployable import Besides
    from plimsoll.objects.facts_file import StackFacts
    from plimsoll.spec.overrides import Overrides

MOST_BYTES = 1_000_000


@click.command("manifests")
@specs_argument(Path)
@spec_options
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help="Write here, one file per object."
)
@click.option(
    "--cluster",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="The cluster mapping of a stack file, or a stack file; default: a cluster named plimsoll.",
)
@on_option
@prices_option
@discounts_option
@calibration_option
@click.option(
    "--observability", is_flag=True, help="Add rules for Prometheus and a dashboard for Grafana of each."
)
@monitor_labels_option
@click.option(
    "--portfolio",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Plan all SPECs together as 'plan --portfolio' does; those who can share nodes then share them.",
)
@click.option("--force", is_flag=True, help="Replace files that this command did not write.")
def command(
    specs: tuple[Path, ...],
    out: Path | None,
    overrides: "Overrides | None",
    *,
    portfolio: Path | None,
    force: bool,
    **known: Any,  # noqa: ANN401 - what the facts of a cluster and the terms of a plan are read from
) -> int:
    """Write the Kubernetes objects of workloads, for a cluster that exists: no Pulumi, no project.

    They are those of 'plimsoll preview --format k8s' for the same spec and cluster, on stdout as one YAML
    stream or in a folder. Nothing is written where a workload has no image to run (exit 7).
    """
    from plimsoll.objects.deployable import deployable
    from plimsoll.objects.manifest import stream
    from plimsoll.plan.of_stack import PlanTerms

    facts = _facts(known.pop("cluster"), known.pop("monitor_labels"), observed=known.pop("observability"))
    terms = PlanTerms(None, said=overrides or (), **known)
    made = deployable(specs, facts, terms, _besides(facts), portfolio)
    for note in made.notes:
        click.echo(note, err=True)
    if out is None:
        sys.stdout.write(stream(made.files))
        return 0
    return _written(out, made.files, made.workloads, force=force)


def _facts(cluster: Path | None, labels: dict[str, str], *, observed: bool) -> "StackFacts":
    """Read the facts of a cluster; what the command line says goes before its file."""
    from plimsoll.files.bounded import read_bounded
    from plimsoll.objects.facts_file import UNSAID, read_stack_facts

    facts = UNSAID
    if cluster is not None:
        facts = read_stack_facts(read_bounded(cluster, MOST_BYTES), str(cluster))
    return facts.watched(labels, observed=observed)


def _besides(facts: "StackFacts") -> "Besides":
    from plimsoll.objects.deployable import nothing_besides

    if not facts.observed:
        return nothing_besides
    from plimsoll.observability.objects import watch_objects

    return watch_objects


def _written(out: Path, files: dict[str, str], workloads: list[str], *, force: bool) -> int:
    from plimsoll.objects.folder import write_folder

    placed = write_folder(out, files, workloads, force=force)
    click.echo(f"wrote {len(files)} objects to {out}", err=True)
    for name in placed.removed:
        click.echo(f"removed {out / name}: the plan has it no more", err=True)
    if placed.index_kept:
        click.echo(f"left {out}/kustomization.yaml as it is: it was not written by this command", err=True)
    return 0
