"""`plimsoll check`: the policies' verdict on a digest, a state, a plan or manifests."""

import sys

import click

from plimsoll.cli.options import format_option


@click.command("check")
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT…")
@click.option("--budget", metavar="USD", help="The most it may cost, USD per month.")
@click.option("--region", metavar="REGION", help="Where an input lies that does not say so itself.")
@click.option(
    "--on", metavar="DATE", help="Prices and exemptions of this date (default: the newest price's)."
)
@click.option(
    "--policy-config", metavar="FILE", help="Levels and values, as --policy-pack-config takes them."
)
@click.option("--exemptions", metavar="FILE", help="The exemptions file.")
@format_option("check")
def command(
    inputs: tuple[str, ...],
    budget: str | None,
    region: str | None,
    on: str | None,
    policy_config: str | None,
    exemptions: str | None,
    form: str,
) -> int:
    """Judge what a preview, a state, a plan or manifests can cost, whoever wrote them.

    INPUT is the JSON of `pulumi preview --json --show-sames`, an exported stack, a plan (`plimsoll plan
    --format json`), or Kubernetes manifests (a file, or a folder of them); `-` reads standard input. With a
    plan beside other inputs, they are held against it.

    Exit codes: 0 all policies hold, 2 an input cannot be read, 7 a violation.
    """
    from plimsoll.gate.check import Asked, check
    from plimsoll.ground.problems import ExitCode
    from plimsoll.show.formats import write

    asked = Asked(inputs, budget, region, on, policy_config, exemptions)
    report = check(asked)
    sys.stdout.write(write("check", form, report))
    return int(ExitCode.OK if report.verdict == "pass" else ExitCode.POLICY)
