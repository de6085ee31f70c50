"""The classes of vLLM's registry: which of them are answered here, and why the others are not.

The table is `catalog/data/architectures.csv`; a config names its class in `architectures`.
"""

from collections.abc import Mapping
from typing import Any, cast

from plimsoll.files.package import data_text
from plimsoll.ground.start_up import record

_TABLE = "architectures.csv"


@record
class ServedClass:
    """One class: the `model_type` of its published configs, and why it is refused (empty: it is not)."""

    name: str
    model_type: str
    refused: str


def served_class(config: Mapping[str, Any]) -> ServedClass | None:
    """Find the class that a config names; None if it names none, or one that vLLM 0.22 does not list."""
    names = config.get("architectures")
    if not isinstance(names, list) or not names:
        return None
    name = cast("list[object]", names)[0]
    if not isinstance(name, str) or not name.isidentifier():
        return None
    text = data_text(_TABLE)
    start = text.find(f"\n{name},")
    if start < 0:
        return None
    import csv

    _, _, model_type, answered, reason, *_ = next(csv.reader([text[start + 1 : text.find("\n", start + 1)]]))
    return ServedClass(name, model_type.lower(), "" if answered == "yes" else reason)
