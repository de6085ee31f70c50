"""The table of models that a person reads: one line each, with its source."""

from collections.abc import Sequence

from plimsoll.ground.units import GIB
from plimsoll.models.architecture import Architecture
from plimsoll.show.table import Column, Table
from plimsoll.show.text import PIPED, Style
from plimsoll.sizing.memory.kv_cache import kv_bytes_per_token
from plimsoll.sizing.memory.weights import weight_bytes

_COLUMNS = (
    Column("model"),
    Column("task"),
    Column("params", right=True),
    Column("active", right=True),
    Column("precision"),
    Column("weights GiB", right=True),
    Column("KV B/token", right=True),
    Column("context", right=True),
    Column("source", least=24),
)

_SELF = "config.json of huggingface.co/"


def table(answer: Sequence[Architecture], style: Style = PIPED) -> str:
    """Lay out the models; in a pipe each is one line, however long."""
    if not answer:
        return "no models\n"
    rows = Table(_COLUMNS, [_cells(model) for model in answer], indent="")
    lines = rows.painted(style, style.width if style.columns else None)
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
