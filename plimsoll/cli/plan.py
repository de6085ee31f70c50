"""`plimsoll plan`: size and price workloads."""

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import click

from plimsoll.candidates.nearest import Accelerators
from plimsoll.catalog.facts import Catalog
from plimsoll.catalog.tables import load_current
from plimsoll.ground.problems import PlimsollError, Problem, SpecError
from plimsoll.plan.plan import Plan, Refusal
from plimsoll.plan.size import size
from plimsoll.plan.total import total
from plimsoll.plan.write import written_together
from plimsoll.spec.read import LoadedSpec, load_workload
from plimsoll.speed.read import load_speed


@click.command("plan")
@click.argument("specs", metavar="SPEC...", nargs=-1, required=True)
@click.option(
    "--format", "form", type=click.Choice(["table", "json", "md"]), default="table", show_default=True
)
@click.option("--on", metavar="DATE", help="Use the prices of this date (YYYY-MM-DD); default: the newest.")
def command(specs: tuple[str, ...], form: str, on: str | None) -> int:
    """Size and price workloads: what to rent, how many, at what cost, and why nothing else.

    SPEC is a workload file, or - for standard input. Several specs are planned one by one, then
    added up: they share one cluster, whose fixed parts count once.
    """
    catalog = load_current(on)
    answers = plan_all(specs, catalog)
    write = {"table": _table, "json": _json, "md": _markdown}[form]
    sys.stdout.write(write(answers, catalog))
    return int(max(answer.exit_code for answer in answers))


def plan_all(specs: Sequence[str], catalog: Catalog) -> list[Plan | Refusal]:
    """Plan every spec; the problems of all files come together.

    Raises:
        SpecError: if any file is wrong; then none is planned.
    """
    loaded: list[LoadedSpec] = []
    problems: list[Problem] = []
    for spec in specs:
        try:
            loaded.append(load_workload(spec, catalog))
        except PlimsollError as error:
            problems += error.problems
    if problems:
        raise SpecError(problems)
    speed = load_speed()
    return [size(spec.workload, spec.architecture, spec.catalog, speed) for spec in loaded]


def accelerators_of(catalog: Catalog) -> Accelerators:
    """Instance type to accelerator, for the renderers."""
    known = catalog.accelerators
    return {name: known.get(each.accelerator or "") for name, each in catalog.instance_types.items()}


def _json(answers: Sequence[Plan | Refusal], catalog: Catalog) -> str:
    del catalog
    return dumps(written_together(answers))


def dumps(document: Mapping[str, Any]) -> str:
    """Write JSON for people and programs: indented, in the order of the schema, UTF-8."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _table(answers: Sequence[Plan | Refusal], catalog: Catalog) -> str:
    from plimsoll.show.plan.table import plan_table, total_table
    from plimsoll.show.table import style_of_stdout

    style = style_of_stdout()
    accelerators = accelerators_of(catalog)
    parts = [plan_table(answer, style, accelerators) for answer in answers]
    if len(answers) > 1:
        parts.append(total_table(answers, total(answers), style))
    return "\n".join(parts)


def _markdown(answers: Sequence[Plan | Refusal], catalog: Catalog) -> str:
    from plimsoll.show.plan.markdown import plan_markdown

    return plan_markdown(answers, total(answers), accelerators_of(catalog))
