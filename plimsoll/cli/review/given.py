"""What a call says itself, and not the environment or the project around it."""

import click
from click.core import ParameterSource


def given(name: str) -> bool:
    """Say whether the call that runs gives this option or argument."""
    return click.get_current_context().get_parameter_source(name) is ParameterSource.COMMANDLINE
