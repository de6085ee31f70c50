"""`plimsoll loadtest`: the objects that drive a replica as it was planned."""

import shlex
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from plimsoll.catalog.tables import load_current
from plimsoll.cli.manifests import MOST_BYTES
from plimsoll.cli.options import calibration_option, completed_by, on_option, prices_option, spec_options
from plimsoll.cli.specs import load_all, placed_in, services_of

if TYPE_CHECKING:
    from plimsoll.objects.cluster import ClusterFacts
    from plimsoll.spec.overrides import Overrides

TOOLS = ("vllm", "inference-perf", "k6")


@click.command("loadtest")
@click.argument("spec", metavar="SPEC", shell_complete=completed_by("files"))
@click.option("--tool", type=click.Choice(TOOLS), help="Who asks; default: vllm for tokens, else k6.")
@click.option("--fleet", is_flag=True, help="Drive all replicas at the peak; default: one, at its share.")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help="Write here, one file per object."
)
@click.option(
    "--cluster",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="The cluster mapping of a stack file, or a stack file; default: a cluster named plimsoll.",
)
@spec_options
@calibration_option
@on_option
@prices_option
def command(
    spec: str,
    tool: str | None,
    out: Path | None,
    cluster: Path | None,
    overrides: "Overrides | None",
    *,
    fleet: bool,
    **facts: str | None,
) -> int:
    """Write the objects that drive what the plan of SPEC deploys, at the planned rate, for ten minutes.

    They go into the workload's own namespace, with its tags; the prediction stands beside them, and what the
    test costs is said on stderr. The client prints its result last: keep it, and give it to
    'plimsoll calibrate'.
    """
    from plimsoll.loadtest.clients import objects_of
    from plimsoll.loadtest.drive import drive_of
    from plimsoll.objects.manifest import file_name, stream, text_of
    from plimsoll.show.loadtest.test import head, notes
    from plimsoll.speed.read import speed_with

    catalog = load_current(facts["on"], facts["prices"])
    why, fix = "a run has no requests to test", "name the spec of a service"
    with placed_in(spec):
        (service,) = services_of(load_all([spec], catalog, overrides), why, fix)
        drive = drive_of(service, speed_with(facts["calibration"]), fleet=fleet)
        made = objects_of(drive, _cluster(cluster, drive.name, drive.plan.workload.get("owner") or {}), tool)
    files = {file_name(each): head(drive) + text_of(each) for each in made}
    typed = _typed(spec, overrides, facts)
    for note in notes(drive, typed, {each["kind"] for each in made}):
        click.echo(note, err=True)
    if out is None:
        sys.stdout.write(stream(files))
    else:
        from plimsoll.files.beside import place

        place(out, files)
        click.echo(f"wrote {len(files)} objects to {out}", err=True)
    return 0


def _typed(spec: str, overrides: "Overrides | None", facts: Mapping[str, str | None]) -> str:
    """Type the spec again with all that was said of it: its result is held against the same plan."""
    words = [spec]
    if overrides is not None:
        words += [word for each in overrides.settings for word in ("--set", each.written)]
        words += [word for each in overrides.regions for word in ("--region", each)]
    words += [word for name in ("on", "prices") if (said := facts[name]) for word in (f"--{name}", said)]
    return shlex.join(words)


def _cluster(file: Path | None, name: str, owner: Mapping[str, Any]) -> "ClusterFacts":
    """Read what is known of the cluster, and who pays for the workload."""
    from plimsoll.files.bounded import read_bounded
    from plimsoll.objects.facts_file import UNSAID, read_stack_facts

    facts = UNSAID if file is None else read_stack_facts(read_bounded(file, MOST_BYTES), str(file))
    return facts.of(name, owner)
