"""What commands of day two say on stderr: what was not read, what was left out."""

from collections.abc import Mapping

import click


def say_each(name: str, told: Mapping[str, str]) -> None:
    """Say of each path of a workload what is the matter."""
    for path, why in told.items():
        click.echo(f"{name}: {path}: {why}", err=True)
