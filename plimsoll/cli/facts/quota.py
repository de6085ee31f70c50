"""`plimsoll quota`: the vCPU that plans need of Service Quotas, against what an account has."""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from plimsoll.cli.options import discounts_option, format_option, prices_option, spec_options, specs_argument
from plimsoll.cli.terminal import style_of_stdout
from plimsoll.ground.problems import ExitCode, Problem, SpecError

if TYPE_CHECKING:
    from plimsoll.plan.plan import Plan
    from plimsoll.plan.quotas.need import Limits
    from plimsoll.plan.runs.plan import RunPlan
    from plimsoll.spec.overrides import Overrides

DEFAULT = "default"
"""The profile that stands for whatever credentials there are."""

Needs = dict[tuple[str, str, str | None], int]


@click.command("quota")
@specs_argument(Path)
@spec_options
@click.option(
    "--quotas",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="What the account has: quotas: {L-DB2E81BA: 768}, in vCPU.",
)
@click.option(
    "--profile", metavar="NAME", help="Ask the account of this profile; default takes any there is."
)
@prices_option
@discounts_option
@format_option("quota")
def command(
    specs: tuple[Path, ...],
    overrides: "Overrides | None",
    quotas: Path | None,
    profile: str | None,
    form: str,
    **known: str | None,
) -> int:
    """Say how many vCPU the ceilings of workloads need of each quota, on-demand and spot apart.

    A lock in place of a spec stands for the plan that it holds. Without --quotas and --profile the need is
    printed alone. Exit codes: 0 nothing is short, 2 a spec or the file is wrong, 3 a quota is short, 5 the
    account cannot be read.
    """
    from plimsoll.plan.quotas.need import held_against, needs_of
    from plimsoll.show.formats import write

    if quotas is not None and profile is not None:
        raise click.UsageError("--quotas and --profile say the same thing: give one of them")
    needs = needs_of(_plans(specs, overrides, **known))
    report = held_against(needs, _limits(quotas, profile, needs))
    sys.stdout.write(write("quota", form, report, style_of_stdout()))
    return int(ExitCode.INFEASIBLE if report.is_short else ExitCode.OK)


def _plans(
    specs: Sequence[Path], overrides: "Overrides | None", **known: str | None
) -> list["Plan | RunPlan"]:
    """Size the specs, and take the plans of locks as they stand."""
    from plimsoll.plan.of_stack import plan_workloads
    from plimsoll.review.lock.record import SUFFIX

    sized = [spec for spec in specs if not spec.name.endswith(SUFFIX)]
    plans: list[Plan | RunPlan] = (
        [*plan_workloads(sized, None, None, overrides or (), **known).values()] if sized else []
    )
    if len(sized) == len(specs):
        return plans
    from plimsoll.review.lock.frozen import frozen_plan
    from plimsoll.review.lock.opened import open_lock

    if overrides is not None:
        why = "--set and --region say what a spec is read as if it said"
        raise SpecError(Problem("a lock holds one plan", why, "name its spec"))
    return [*plans, *(frozen_plan(open_lock(spec)) for spec in specs if spec not in sized)]


def _limits(file: Path | None, profile: str | None, needs: Needs) -> "Limits":
    if file is not None:
        return _of_file(file, needs)
    return _of_account(profile, needs) if profile is not None else {}


def _of_file(file: Path, needs: Needs) -> "Limits":
    """Read the file; what it says of a quota holds in every region."""
    from plimsoll.files.looking import bytes_of
    from plimsoll.plan.quotas.file import read_quotas_file

    found = read_quotas_file(bytes_of(file), str(file))
    return {(region, code): (found[code], None) for region, _, code in needs if code and code in found}


def _of_account(profile: str, needs: Needs) -> "Limits":
    from plimsoll.catalog.refresh.account import AwsAccount
    from plimsoll.catalog.refresh.calls import Asking
    from plimsoll.catalog.refresh.quotas import read_quotas

    asking, now = Asking(AwsAccount(None if profile == DEFAULT else profile)), datetime.now(UTC)
    return {
        (region, code): limit
        for region in sorted({region for region, _, _ in needs})
        for code, limit in read_quotas(
            asking, region, {code for where, _, code in needs if where == region and code}, now
        ).items()
    }
