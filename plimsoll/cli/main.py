"""The command `plimsoll`: finds the subcommand, and turns every ending into an exit code.

A command module is imported only when its command runs, since start-up is most of the time of a
plan. Commands print their answer to stdout, return an exit code (or None for 0), and raise
`PlimsollError` for everything that a user can cause.
"""

import errno
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from plimsoll.ground.problems import ExitCode, PlimsollError, nearest
from plimsoll.ground.start_up import end_quickly, start_quickly
from plimsoll.ground.version import __version__
from plimsoll.show.text import visible

COMMANDS = {
    "plan": "Size and price workloads: what to rent, how many, at what cost.",
    "why-not": "Explain why a workload does not get a type, family, accelerator or spot.",
    "explain": "Explain a code of a plan, a refusal or a check.",
    "lock": "Keep the plan of each spec beside it, or hold the spec against what was kept.",
    "new": "Write a commented workload spec to start from.",
    "schema": "Print the JSON Schema of the spec, the plan or the check report.",
    "models": "List the models of the catalogue.",
    "offers": "List accelerators and instance types with their prices.",
    "accuracy": "Score the speed model against measured points.",
    "prices": "Read prices from AWS into a folder of your own, or verify one.",
    "quota": "Say which vCPU quotas workloads need, and whether an account has them.",
    "manifests": "Write the Kubernetes objects of workloads, for a cluster that exists.",
    "preview": "Show the resources that a stack would create, priced.",
    "check": "Judge a preview, a state, a plan or manifests by the policies.",
    "diff": "Say what a change does to the money, and by whose doing.",
    "comment": "Write what a change costs as the comment of a pull request.",
    "report": "Write a page that shows plans: money, candidates, hours, what if.",
    "simulate": "Simulate a plan's choice under drawn or recorded requests.",
    "loadtest": "Write the objects that drive a replica as it was planned.",
    "calibrate": "Hold results of a load test against the plan, and write what differs.",
    "import": "Write the spec of what runs already, from its manifests and its requests.",
    "actual": "Hold a bill against the plan: planned, actual, and why they differ.",
    "rightsize": "Propose changes of specs from measured load and speed, each planned again.",
    "dashboard": "Write Grafana dashboards that hold what runs against its plan.",
    "alerts": "Write alerts of Prometheus whose numbers are the plan's.",
}
"""Every command and its line in the help, so that the help imports none of them."""

_ROOMS = {
    **dict.fromkeys(("models", "offers", "accuracy", "prices", "quota"), "facts"),
    **dict.fromkeys(("lock", "diff", "comment", "report"), "review"),
    **dict.fromkeys(("simulate", "loadtest", "calibrate"), "evidence"),
    **dict.fromkeys(("import", "actual", "rightsize", "dashboard", "alerts"), "day_two"),
}
"""Commands that live in a folder of `plimsoll.cli`; the others are its own modules."""

_INTERRUPTED = 130
_PIPE_CLOSED = 141
"""What a shell reports for a process that SIGINT, SIGPIPE ended."""


class LazyGroup(click.Group):
    """A group whose commands are modules of `plimsoll.cli`, imported when used."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Name the commands in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import the module of a command; None if there is no such command."""
        if cmd_name not in COMMANDS:
            return None
        path = [_ROOMS[cmd_name]] if cmd_name in _ROOMS else []
        module = import_module(".".join(["plimsoll.cli", *path, _module(cmd_name)]))
        return module.command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command of a call; a mistyped one is refused with the nearest name."""
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            hint = nearest(name, list(COMMANDS)) or f"commands: {', '.join(COMMANDS)}"
            ctx.fail(f"no command {name!r}; {hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the list of commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def _module(command: str) -> str:
    """Name the module of a command; `import` is a word of Python's own."""
    return "import_" if command == "import" else command.replace("-", "_")


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="plimsoll", message="%(prog)s %(version)s")
def cli() -> None:
    """Draw the load line of GPU workloads: what they need, what it costs at most, who may sail.

    Exit codes: 0 good, 2 usage or spec, 3 infeasible, 4 over budget, 5 a fact is missing or too
    old, 6 plimsoll itself failed, 7 policy violation.
    """


def main(args: Sequence[str] | None = None) -> None:
    """Run the command line and exit: every ending has its code, none has a traceback."""
    own = args is None
    if own:
        start_quickly()
    _write_utf8()
    code = _run(sys.argv[1:] if args is None else args)
    if own:
        end_quickly()
    sys.exit(code)


def _run(args: Sequence[str]) -> int:
    try:
        return _invoke(args)
    except PlimsollError as error:
        for problem in error.problems:
            _say(str(problem))
        return int(error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        return _INTERRUPTED
    except BrokenPipeError:
        _drop_output()
        return _PIPE_CLOSED
    except OSError as error:
        return _os_failure(error)
    except Exception as error:  # noqa: BLE001 - the last line of defence against tracebacks
        return _internal_failure(error)


def _invoke(args: Sequence[str]) -> int:
    if "_PLIMSOLL_COMPLETE" in os.environ:
        cli.main(list(args), prog_name="plimsoll")
    try:
        with cli.make_context("plimsoll", list(args)) as context:
            answer: Any = _answered(context)
            sys.stdout.flush()
    except click.exceptions.Exit as ending:
        sys.stdout.flush()
        return ending.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return int(ExitCode.USAGE)
    except click.ClickException as error:
        return _usage_failure(error)
    return answer if isinstance(answer, int) else int(ExitCode.OK)


def _answered(context: click.Context) -> object:
    """Run the command; what is wrong is JSON on stdout too, where the answer would have been JSON."""
    try:
        return cli.invoke(context)
    except PlimsollError as error:
        if context.meta.get("plimsoll.form") == "json":
            from plimsoll.show.formats import write

            sys.stdout.write(write("problems", "json", error.problems))
        raise


def _usage_failure(error: click.ClickException) -> int:
    context = error.ctx if isinstance(error, click.UsageError) else None
    command = context.command_path if context is not None else "plimsoll"
    _say(f"{command}: {error.format_message()}")
    _say(f"try '{command} --help'")
    return int(ExitCode.USAGE)


_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)
"""Reasons for which a stream takes no more: a full disk, a full quota, a size limit, a failing device."""


def _os_failure(error: OSError) -> int:
    """Say what could not be read or written: an answer in part must not end with the code of an answer."""
    _debug(error)
    why = (error.strerror or str(error)).lower()
    if error.filename or error.errno not in _NO_ROOM:
        where = f"{error.filename}: " if error.filename else ""
        _say(
            f"plimsoll: {where}cannot be read or written; {why}; check the path, its permissions and its disk"
        )
        return int(ExitCode.INTERNAL)
    _say(
        f"plimsoll: the answer could not be written whole to where stdout goes; {why}; "
        "free some space there or send it elsewhere, and run it again"
    )
    _drop_output()
    return int(ExitCode.INTERNAL)


def _internal_failure(error: Exception) -> int:
    _debug(error)
    _say(
        f"plimsoll: internal error, please report it: {type(error).__name__}: {error}; "
        "PLIMSOLL_DEBUG=1 shows where"
    )
    return int(ExitCode.INTERNAL)


def _debug(error: Exception) -> None:
    if os.environ.get("PLIMSOLL_DEBUG") == "1":
        import traceback

        traceback.print_exception(error)


def _say(text: str) -> None:
    try:
        print(visible(text), file=sys.stderr)  # noqa: T201
    except OSError:
        _drop_output()


def _write_utf8() -> None:
    """Write UTF-8 in every locale: same input, same bytes, and no failure on a `×`."""
    import io

    # A shell's `>&-` leaves no stream at all; opening in this order gives the descriptors their numbers.
    sys.stdout = sys.stdout or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    sys.stderr = sys.stderr or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _drop_output() -> None:
    """Send what is still buffered to nowhere, so that the interpreter's last flush cannot fail."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            os.dup2(nowhere, stream.fileno())
