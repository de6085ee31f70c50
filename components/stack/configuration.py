"""Pulumi hands a stack's configuration over as text by key, and one secret."""

import pulumi
from pulumi.runtime import config as runtime_config

SECRET = "huggingFaceToken"  # noqa: S105 - a configuration key


def configured() -> dict[str, str]:
    """Read every key that the stack sets for this project, also those nobody reads; the secret left out."""
    prefix = f"{pulumi.get_project()}:"
    known = runtime_config.get_config_env() | runtime_config.CONFIG.get()
    own = {key.removeprefix(prefix): value for key, value in known.items() if key.startswith(prefix)}
    own.pop(SECRET, None)
    return own


def hugging_face_token() -> "pulumi.Output[str] | None":
    """Read the token for gated weights and keep it secret; None if the stack has none."""
    value = runtime_config.get_config(f"{pulumi.get_project()}:{SECRET}")
    return pulumi.Output.secret(value) if value else None
