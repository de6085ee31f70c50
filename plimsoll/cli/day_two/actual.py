"""`plimsoll actual`: a bill held against the plan."""

import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from plimsoll.cli.day_two.bill import bill_source, plans_of
from plimsoll.cli.options import FORM, completed_by, format_option
from plimsoll.cli.terminal import style_of_stdout
from plimsoll.ground.problems import ExitCode, MissingFactError, Problem

if TYPE_CHECKING:
    from plimsoll.actuals.charge import PaidBill
    from plimsoll.actuals.compared import Comparison
    from plimsoll.actuals.document import ActualDocument
    from plimsoll.actuals.planned import Prices


class _SeveralPlans(click.Command):
    """A command whose `--plan` takes every word up to the next option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Write `--plan A B` as click reads it: `--plan A --plan B`."""
        found: list[str] = []
        taking = False
        for word in args:
            if word.startswith("-"):
                taking = word == "--plan"
                found += [] if taking else [word]
            else:
                found += ["--plan", word] if taking else [word]
        return super().parse_args(ctx, found if args[-1:] != ["--plan"] else [*found, "--plan"])


@click.command("actual", cls=_SeveralPlans)
@click.option(
    "--plan",
    "locks",
    metavar="LOCK...",
    multiple=True,
    required=True,
    type=click.Path(path_type=Path),
    shell_complete=completed_by("files"),
    help="Locks of the workloads that the bill is of; a spec stands for its lock.",
)
@click.option(
    "--from",
    "source",
    metavar="focus|cur|ce|opencost PATH",
    nargs=2,
    required=True,
    type=(click.Choice(("focus", "cur", "ce", "opencost")), str),
    help="The bill: an export (CSV, Parquet, a folder of them), saved JSON of Cost Explorer or OpenCost; "
    "`ce aws` asks your account (aws:PROFILE), `opencost URL` an OpenCost.",
)
@click.option(
    "--window", required=True, metavar="FROM..TO", help="UTC days, TO excluded: 2026-10-01..2026-11-01."
)
@click.option(
    "--basis",
    type=click.Choice(("list", "effective")),
    default="list",
    help="Compare list prices, or what is paid with commitments spread over their use.",
)
@click.option(
    "--portfolio",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="The file of 'manifests --portfolio': nodes that services share are split by tenant.",
)
@click.option(
    "--min-coverage",
    metavar="PCT",
    type=click.FloatRange(0, 100),
    help="Exit 5 where less of the money carries our tags.",
)
@click.option(
    "--out",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write Markdown pages here too: one a month, and one for each team and cost centre of it.",
)
@click.option("--force", is_flag=True, help="Replace files in --out that this command did not write.")
@click.option("--sql", type=click.Choice(("athena", "duckdb")), help="Print the query, and run nothing.")
@format_option("actual")
def command(
    locks: tuple[Path, ...],
    source: tuple[str, str],
    window: str,
    basis: "Prices",
    form: str,
    **more: Any,  # noqa: ANN401 - click's options
) -> int:
    """Hold a bill against the plans of locks: planned, actual, and by which cause they differ.

    With --sql the PATH may name a table. Exit codes: 0 compared, whatever the difference; 2 a lock or
    the bill is wrong; 5 the bill lacks a price or the days, or less is tagged than --min-coverage asks for.
    """
    from plimsoll.actuals.bills.registry import read_bill, sql_of
    from plimsoll.actuals.compared import Comparison, compared
    from plimsoll.actuals.remaining import asking_window, reading_window
    from plimsoll.actuals.window import read_window
    from plimsoll.show.formats import write

    days = read_window(window)
    plans, groups = plans_of(locks, more["portfolio"])
    bill = bill_source(*source, asking_window(plans, days), is_table=more["sql"] is not None)
    with tempfile.TemporaryDirectory(prefix="plimsoll-") as spill:
        if more["sql"] is not None:
            sys.stdout.write(sql_of(bill, days, more["sql"], spill) + ";\n")
            return int(ExitCode.OK)
        paid = read_bill(bill, days, reading_window(plans, days), basis, spill)
        asked = Comparison(plans, days, basis, groups)
        found = compared(asked, paid)
    if more["out"] is not None:
        _leave_pages(more["out"], asked, paid, force=more["force"])
    sys.stdout.write(write("actual", form, found, style_of_stdout()))
    click.get_current_context().meta.pop(FORM)  # a short coverage is talk: the answer is out already
    _check_coverage(found, more["min_coverage"])
    return int(ExitCode.OK)


def _leave_pages(folder: Path, asked: "Comparison", bill: "PaidBill", *, force: bool) -> None:
    """Write the pages of each month that the bill has something of; others' files are left alone.

    Raises:
        SpecError: a file that we did not write is in the way.
    """
    from plimsoll.actuals.compared import compared
    from plimsoll.files.beside import place, refuse_foreign
    from plimsoll.show.actual.pages import MARK, pages

    there = {(charge.day.year, charge.day.month) for charge in bill.charges if asked.window.holds(charge.day)}
    months = [each for each in asked.window.months() if (each.start.year, each.start.month) in there]
    texts = pages([compared(replace(asked, window=month), bill) for month in months])
    if not force:
        refuse_foreign(folder, texts, lambda text: text.startswith(MARK))
    place(folder, texts)
    for name in texts:
        click.echo(f"wrote {folder / name}", err=True)


def _check_coverage(found: "ActualDocument", least: float | None) -> None:
    if least is None or (found.coverage_pct is not None and found.coverage_pct >= least):
        return
    said = "no money" if found.coverage_pct is None else f"{found.coverage_pct:g} % of the money"
    why = f"--min-coverage asks for {least:g} %; untagged is ${found.untagged.usd}"
    fix = "activate the cost-allocation tags and backfill them, or tag what carries none"
    raise MissingFactError(Problem(f"{said} carries our tags", why, fix, "--min-coverage"))
