"""A document as JSON text: indented, in the order of its schema, UTF-8."""

import json

from plimsoll.ground.canonical import canonical
from plimsoll.show.text import PIPED, Style


def as_json(document: object, _: Style = PIPED) -> str:
    """Write a document for people and programs."""
    return json.dumps(canonical(document), indent=2, ensure_ascii=False) + "\n"
