"""Options that several commands share."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

import click

from plimsoll.show.formats import forms

if TYPE_CHECKING:  # start-up: read where an option says something of a spec
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


def prices_option(function: C) -> C:
    """Offer `--prices`; else the environment says it, as PLIMSOLL_PRICES, else the project's file."""
    return _prices(_project_prices)(function)


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


def _project_prices(_: click.Context, __: click.Parameter, said: str | None) -> str | None:
    if said is not None:
        return said
    from plimsoll.cli.project import project_defaults

    project = project_defaults()
    return project.prices if project is not None else None


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

    return asked  # type: ignore[return-value]


def _overrides(settings: tuple[str, ...], regions: tuple[str, ...]) -> "Overrides | None":
    if not settings and not regions:
        return None
    from plimsoll.spec.overrides import read_overrides

    return read_overrides(settings, regions)
