"""Options that several commands share."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from plimsoll.show.formats import forms

C = TypeVar("C", bound=Callable[..., Any])

FORM = "plimsoll.form"
"""Where a call keeps the format of its answer: its problems are written in it too."""


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
