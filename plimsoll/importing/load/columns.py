"""Logs call the same things by many names: when a request came, how long prompt and answer were."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from plimsoll.ground.tree import step

TIME = (
    "time_s", "timestamp", "time", "ts", "@timestamp", "created", "created_at", "arrival_time", "arrived_at",
    "start_time", "startTime", "request_time", "datetime", "date",
)  # fmt: skip
PROMPT = (
    "input_tokens", "prompt_tokens", "num_prompt_tokens", "input_length", "ContextTokens", "prompt_len",
    "Request tokens", "n_prompt_tokens", "usage.prompt_tokens", "usage.input_tokens",
    "response.usage.prompt_tokens", "gen_ai.usage.input_tokens", "spend.prompt_tokens",
)  # fmt: skip
ANSWER = (
    "output_tokens", "completion_tokens", "generated_tokens", "num_generation_tokens", "output_length",
    "GeneratedTokens", "output_len", "Response tokens", "usage.completion_tokens", "usage.output_tokens",
    "response.usage.completion_tokens", "gen_ai.usage.output_tokens",
)  # fmt: skip
CACHED = (
    "cached_tokens", "cache_read_input_tokens", "num_cached_tokens",
    "usage.prompt_tokens_details.cached_tokens", "response.usage.prompt_tokens_details.cached_tokens",
)  # fmt: skip
STATUS = ("status", "status_code", "http_status", "response.status")
MODEL = ("model", "model_name", "request.model", "response.model")
"""Names by which OpenAI-compatible proxies, OpenTelemetry's conventions for generative models, the Azure,
Mooncake and BurstGPT traces, and our own traces (`time_s`) write them; a dot steps into an object."""

_MS, _US, _NS = 1e11, 1e14, 1e17
"""Seconds since 1970 stay below the first of these for three thousand years; larger numbers are of parts."""


def named(row: Mapping[str, Any], names: Sequence[str]) -> str | None:
    """Find by which of some names a row says something."""
    return next((name for name in names if value_of(row, name) not in (None, "")), None)


def value_of(row: Mapping[str, Any], name: str) -> Any:  # noqa: ANN401 - foreign JSON
    """Take what a row says by a name."""
    return row[name] if name in row else step(row, *name.split(".")) if "." in name else None


def tokens_of(value: object) -> float | None:
    """Read a number of tokens; None where it is none, or below zero."""
    try:
        found = float(value) if isinstance(value, int | float | str) and not isinstance(value, bool) else -1.0
    except ValueError:
        return None
    return found if 0 <= found < 1e9 else None


def seconds_of(value: object) -> float | None:
    """Read a moment as seconds: a number of them, or of parts of them, or ISO 8601 (UTC without a zone)."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except ValueError:
        return _of_text(str(value))
    if number != number or abs(number) > 1e20:
        return None
    for limit, parts in ((_NS, 1e9), (_US, 1e6), (_MS, 1e3)):
        if abs(number) >= limit:
            return number / parts
    return number


def _of_text(text: str) -> float | None:
    try:
        found = datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
    except ValueError:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
