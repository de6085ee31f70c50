"""The table of models that a person reads: one line each, with its source."""

from collections.abc import Sequence

from plimsoll.ground.units import GIB
from plimsoll.models.architecture import Architecture
from plimsoll.show.text import PIPED, Style
from plimsoll.sizing.kv_cache import kv_bytes_per_token
from plimsoll.sizing.memory import weight_bytes

_HEADING = (
    "model",
    "task",
    "params",
    "active",
    "precision",
    "weights GiB",
    "KV B/token",
    "context",
    "source",
)
_RIGHT = {2, 3, 5, 6, 7}
"""Columns of numbers, aligned right."""

_SELF = "config.json of huggingface.co/"


def table(answer: Sequence[Architecture], style: Style = PIPED) -> str:
    """Lay out the models; a terminal cuts long lines, a pipe does not."""
    if not answer:
        return "no models\n"
    width = style.columns
    rows = [_HEADING, *(_cells(model) for model in answer)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADING))]
    lines = [_line(row, widths, width) for row in rows]
    if width:
        lines[0] = f"\x1b[1m{lines[0]}\x1b[0m"
    foot = "params in 10^9; weights and KV at the published precision and 16 bit; ~ something is assumed"
    return "\n".join([*lines, "", foot]) + "\n"


def _cells(model: Architecture) -> tuple[str, ...]:
    source = model.source.replace(_SELF + model.name, "its config.json")
    return (
        ("~" if model.assumed else "") + model.name,
        model.task,
        _billions(model.params),
        _billions(model.active_params) if model.active_params != model.params else "-",
        model.native_precision,
        f"{weight_bytes(model, model.native_precision) / GIB:.2f}",
        f"{kv_bytes_per_token(model):,}" if model.generates else "-",
        f"{model.max_context_tok:,}" if model.max_context_tok else "-",
        f"{source} ({model.as_of})",
    )


def _billions(params: int) -> str:
    return f"{params / 1e9:,.3g}" if params < 1e11 else f"{params / 1e9:,.1f}"


def _line(row: Sequence[str], widths: Sequence[int], width: int) -> str:
    cells = (
        cell.rjust(size) if column in _RIGHT else cell.ljust(size)
        for column, (cell, size) in enumerate(zip(row, widths, strict=True))
    )
    text = "  ".join(cells).rstrip()
    return text if not width or len(text) <= width else text[: width - 1] + "…"
