"""What Transformers assumes for a key that a published config leaves out: the defaults of its class.

Libraries write a config as the difference from its class, so a published file may lack any size. The table
`catalog/data/class_defaults.txt` has one line a `model_type`: the name, a tab, an object.
"""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any, cast

from plimsoll.files.package import data_text
from plimsoll.models.hugging_face.families import WRAPPERS


@cache
def class_row(model_type: str) -> Mapping[str, Any]:
    """Find the defaults of the class that reads `model_type`, with those of its parts; empty if unknown."""
    if not model_type or "\t" in model_type or "\n" in model_type:
        return {}
    text = _table()
    start = text.find(f"\n{model_type}\t")
    if start < 0:
        return {}
    line = text[start + 1 : text.find("\n", start + 1)]
    return json.loads(line.partition("\t")[2])


@cache
def text_defaults(model_type: str) -> Mapping[str, Any]:
    """Find the defaults of the language model of `model_type`, also where it is a part of a wrapper."""
    row = class_row(model_type)
    for part in WRAPPERS:
        inner = row.get(part)
        if isinstance(inner, dict):
            own = text_defaults(str(cast("dict[str, Any]", inner).get("model_type")))
            return {**own, **inner, **_scalars(row)}
    return _scalars(row)


def part_defaults(outer_type: str, part: str, values: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """Find the defaults of a part of a wrapper.

    A part that is given takes those of its own class; one that is not is the wrapper's default part whole.
    """
    assumed: Any = class_row(outer_type).get(part)
    assumed = cast("dict[str, Any]", assumed) if isinstance(assumed, dict) else {}
    own_type = (values or {}).get("model_type") or assumed.get("model_type") or ""
    # Older configs call a tower like its wrapper: its class is the wrapper's.
    read_by = assumed.get("model_type", own_type) if own_type == outer_type else own_type
    own = _scalars(class_row(str(read_by)))
    if values is None:
        return {**own, **assumed}
    return {**own, "model_type": own_type} if own_type else own


def _scalars(row: Mapping[str, Any]) -> Mapping[str, Any]:
    return {key: value for key, value in row.items() if not isinstance(value, dict)}


@cache
def _table() -> str:
    return data_text("class_defaults.txt")
