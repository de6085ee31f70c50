"""`plimsoll prices`: read prices from AWS into a folder, and verify such a folder."""

import sys
from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from plimsoll.cli.day import today_of_user
from plimsoll.cli.options import completed_by

if TYPE_CHECKING:
    from plimsoll.catalog.refresh.refresh import Refreshed

OUT = "prices"
"""The folder that is written where none is named."""
WHATS = ("on-demand", "spot", "types", "offerings", "savings-plans")


@click.group("prices")
def command() -> None:
    """Read prices from AWS into a folder of your own, and verify such a folder.

    Commands that plan or judge use it with --prices DIR.
    """


@command.command("refresh")
@click.option(
    "--region",
    "regions",
    metavar="REGION",
    multiple=True,
    shell_complete=completed_by("regions"),
    help="Only this region; default: all of them, or those that --from-bulk has. Repeatable.",
)
@click.option("--only", metavar="WHAT,…", help=f"Only these facts: {', '.join(WHATS)}.")
@click.option(
    "--from-bulk",
    "bulk",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Read AWS's published offer files, REGION/index.csv, instead of asking an account.",
)
@click.option(
    "--out",
    metavar="DIR",
    type=click.Path(path_type=Path),
    default=OUT,
    show_default=True,
    help="The folder.",
)
@click.option(
    "--allow-missing",
    metavar="REGION",
    multiple=True,
    help="Keep this region's older prices, with their dates, where it cannot be read. Repeatable.",
)
@click.option("--accept", is_flag=True, help="Take prices that would be held back; they are listed.")
@click.option("--profile", metavar="NAME", help="The profile of the AWS account.")
def refresh(
    regions: tuple[str, ...],
    only: str | None,
    bulk: Path | None,
    out: Path,
    allow_missing: tuple[str, ...],
    *,
    accept: bool,
    profile: str | None,
) -> None:
    """Read prices and write them as a snapshot beside the older ones; CURRENT names the one that holds.

    Exit codes: 0 the new snapshot holds; 2 an argument is wrong; 5 a call failed, or prices were held back:
    then nothing has changed.
    """
    from plimsoll.catalog.refresh.account import AwsAccount
    from plimsoll.catalog.refresh.calls import Asking
    from plimsoll.catalog.refresh.refresh import Wish
    from plimsoll.catalog.refresh.refresh import refresh as read

    now = datetime.combine(today_of_user(), time(), UTC)
    facts = tuple(word.strip() for word in only.split(",")) if only else ()
    wish = Wish(out, now, regions, facts, bulk, allow_missing, accept)
    try:
        done = read(wish, Asking(_NoAccount() if bulk else AwsAccount(profile), _say))
    finally:
        _say("")
    click.echo("\n".join(_told(done, out)))


def _told(done: "Refreshed", out: Path) -> list[str]:
    used = done.folder.used
    regions = sum(name.startswith("prices/") for name, _ in done.folder.digests)
    return [
        *(f"accepted: {odd.problem.what}; {odd.why}" for odd in done.accepted),
        *(f"not read: {region}; its older prices hold" for region in done.missing),
        f"read {done.prices:,} prices: {done.folder.snapshot} holds {regions} regions, the newest price of",
        f"{done.folder.newest_price}, manifest {used.digest[:12]}; use it with --prices {out}",
    ]


class _NoAccount:
    """Offer files need no account."""

    def client(self, service: str, region: str) -> object:
        """Never called: nothing is asked of an account."""
        raise NotImplementedError(f"{service} in {region}")


_WIDTH = 78


def _say(text: str) -> None:
    """Show how far it is, on one line of a terminal; nothing where stderr is none."""
    if sys.stderr.isatty():
        print(f"\r{text[:_WIDTH]:{_WIDTH}}\r", end="", file=sys.stderr, flush=True)  # noqa: T201


@command.command("verify")
@click.argument("folder", metavar="DIR")
def verify(folder: str) -> None:
    """Verify a folder of prices: digests, form, and the rules that every price keeps.

    Exit codes: 0 it is whole, 2 it is no folder of prices, 5 something in it is wrong.
    """
    from plimsoll.catalog.refresh.verify import verify as verified

    used, rows = verified(folder)
    click.echo(f"{used}: {rows:,} rows, all whole")
