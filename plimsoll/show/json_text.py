"""A document as JSON text: indented, in the order of its schema, UTF-8."""

from plimsoll.ground.canonical import canonical, document_text
from plimsoll.show.text import PIPED, Style


def as_json(document: object, _: Style = PIPED) -> str:
    """Write a document for people and programs."""
    return dumps(canonical(document))


def dumps(data: object) -> str:
    """Write plain data."""
    return document_text(data)
