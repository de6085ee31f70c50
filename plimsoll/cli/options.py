"""Options that several commands share."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from plimsoll.show.formats import forms

if TYPE_CHECKING:  # start-up: read where an option says something of a spec
    from plimsoll.catalog.discounts.terms import Discounts
    from plimsoll.catalog.facts import Catalog
    from plimsoll.spec.overrides import Overrides

C = TypeVar("C", bound=Callable[..., Any])

Complete = Callable[[click.Context, click.Parameter, str], list[Any]]
"""How click asks what may be typed next."""

FORM = "plimsoll.form"
"""Where a call keeps the format of its answer: its problems are written in it too."""


def completed_by(names: str) -> Complete:
    """Complete a word by a function of `plimsoll.cli.completion`, which is imported when a shell asks."""

    def complete(_: click.Context, __: click.Parameter, typed: str) -> list[Any]:
        from plimsoll.cli import completion

        return list(getattr(completion, names)(typed))

    return complete


def _keep(context: click.Context, _: click.Parameter, form: str) -> str:
    context.meta[FORM] = form
    return form


def format_option(
    document: str, *, meaning: str | None = "How to write it.", default_shown: bool = False
) -> Callable[[C], C]:
    """Offer `--format` with every format that the registry has for a document."""
    known = forms(document)
    return click.option(
        "--format",
        "form",
        type=click.Choice(known),
        default=known[0],
        show_default=default_shown,
        callback=_keep,
        help=meaning,
    )


def specs_argument(path_type: type[str] | type[Path] = str) -> Callable[[C], C]:
    """Take one or more workload files, as `specs`."""
    return click.argument(
        "specs",
        metavar="SPEC...",
        nargs=-1,
        required=True,
        type=click.Path(path_type=path_type),
        shell_complete=completed_by("files"),
    )


def on_option(function: C) -> C:
    """Offer `--on`: the day whose prices are used."""
    return click.option(
        "--on", metavar="DATE", help="Use the prices of this date (YYYY-MM-DD); default: the newest."
    )(function)


def discounts_option(function: C) -> C:
    """Offer `--discounts`: what is paid in place of list prices; else the project's file says it."""
    return _discounts(_else_the_project)(function)


def own_discounts_option(function: C) -> C:
    """Offer `--discounts` to a command whose input may name a file too, before the project's file does."""
    return _discounts(None)(function)


def _discounts(callback: Callable[..., Any] | None) -> Callable[[C], C]:
    return click.option(
        "--discounts",
        metavar="FILE",
        callback=callback,
        shell_complete=completed_by("files"),
        help="What you pay in place of list prices: percentages, rates, commitments, capacity you own.",
    )


def discounts_of(file: str | None, catalog: "Catalog") -> "Discounts | None":
    """Read the discounts file that was named, if one was, and say on stderr which commitments have ended.

    Raises:
        SpecError: values of the file are wrong; every one, with line and column.
    """
    if file is None:
        return None
    from plimsoll.catalog.discounts.read import read_discounts
    from plimsoll.cli.terminal import say_ended

    found = read_discounts(file, catalog)
    say_ended(found, catalog.priced_on)
    return found


def calibration_option(function: C) -> C:
    """Offer `--calibration`: what was measured of the organisation's own; else the project's file says it."""
    return _calibration(_else_the_project)(function)


def own_calibration_option(function: C) -> C:
    """Offer `--calibration` to a command whose input may name a file too, before the project's does."""
    return _calibration(None)(function)


def _calibration(callback: Callable[..., Any] | None) -> Callable[[C], C]:
    return click.option(
        "--calibration",
        metavar="FILE",
        callback=callback,
        shell_complete=completed_by("files"),
        help="Move estimates to what you measured: a file of 'plimsoll calibrate'.",
    )


def prices_option(function: C) -> C:
    """Offer `--prices`; else the environment says it, as PLIMSOLL_PRICES, else the project's file."""
    return _prices(_else_the_project)(function)


def own_prices_option(function: C) -> C:
    """Offer `--prices` to a command whose input may name a folder too, before the project's file does."""
    return _prices(None)(function)


def _prices(callback: Callable[..., Any] | None) -> Callable[[C], C]:
    return click.option(
        "--prices",
        metavar="DIR",
        envvar="PLIMSOLL_PRICES",
        callback=callback,
        help="Lay the prices of this folder over the catalogue's (see 'plimsoll prices').",
    )


def _else_the_project(_: click.Context, option: click.Parameter, said: str | None) -> str | None:
    """Take what the call says, else what the project's file says under the option's name."""
    if said is not None:
        return said
    from plimsoll.cli.project import project_defaults

    project = project_defaults()
    return None if project is None else getattr(project, str(option.name))


def spec_options(function: C) -> C:
    """Offer `--set` and `--region`: the specs of a command are read as if they said so.

    The function takes what was said as `overrides`, None if nothing was.
    """

    @click.option(
        "--set",
        "settings",
        metavar="PATH=VALUE",
        multiple=True,
        shell_complete=completed_by("settings"),
        help="Read the spec as if it said this: load.qps=10, capacity.allow=[g6e], budget=null. Repeatable.",
    )
    @click.option(
        "--region",
        "regions",
        metavar="REGION",
        multiple=True,
        shell_complete=completed_by("regions"),
        help="Read the spec as if it named this region in place of its own. Repeatable.",
    )
    @wraps(function)
    def asked(*arguments: object, settings: tuple[str, ...], regions: tuple[str, ...], **rest: object) -> Any:  # noqa: ANN401
        return function(*arguments, overrides=_overrides(settings, regions), **rest)

    return cast("C", asked)


def _overrides(settings: tuple[str, ...], regions: tuple[str, ...]) -> "Overrides | None":
    if not settings and not regions:
        return None
    from plimsoll.spec.overrides import read_overrides

    return read_overrides(settings, regions)
