"""`plimsoll why-not`: every way that was tried on an instance type, and what failed."""

import sys

import click

from plimsoll.catalog.tables import load_current
from plimsoll.cli.day import say_age
from plimsoll.cli.terminal import say_notes, style_of_stdout
from plimsoll.ground.problems import Problem, SpecError, nearest
from plimsoll.plan.size import size
from plimsoll.spec.read import load_workload
from plimsoll.speed.read import load_speed


@click.command("why-not")
@click.argument("spec", metavar="SPEC")
@click.argument("instance_type", metavar="INSTANCE_TYPE")
@click.option("--on", metavar="DATE", help="Use the prices of this date (YYYY-MM-DD); default: the newest.")
def command(spec: str, instance_type: str, on: str | None) -> int:
    """Explain why a workload does not get INSTANCE_TYPE: every way that was tried, and what failed."""
    from plimsoll.show.plan.why_not import why_not

    catalog = load_current(on)
    instance = catalog.instance_types.get(instance_type)
    if instance is None:
        accelerator = catalog.accelerator(instance_type)
        carried = sorted(
            n for n, i in catalog.instance_types.items() if accelerator and i.accelerator == accelerator.name
        )
        hint = (
            f"{accelerator.name} is an accelerator; instance types that carry it: {', '.join(carried)}"
            if accelerator is not None and carried
            else nearest(instance_type, sorted(catalog.instance_types))
        )
        raise SpecError(
            Problem(
                f"no instance type {instance_type!r} in the catalogue",
                fix=hint or "plimsoll offers lists them",
                path="INSTANCE_TYPE",
            )
        )
    loaded = load_workload(spec, catalog)
    say_notes([loaded])
    answer = size(loaded.workload, loaded.architecture, loaded.catalog, load_speed())
    accelerator = catalog.accelerators.get(instance.accelerator or "")
    sys.stdout.write(why_not(answer, instance, accelerator, style_of_stdout()))
    say_age(answer.clock)
    return 0
