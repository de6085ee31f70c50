"""The registry of formats: every writer is there, and every document has a schema."""

from importlib import import_module

import pytest

from plimsoll.show.formats import FORMATS
from plimsoll.show.preview.document import PreviewedResource
from plimsoll.show.schema.published import schema
from plimsoll.show.schema.registry import PUBLISHED

FILES = {"spec", "lock", "calibration"}
"""What stands in files of its own, and is no answer that a command writes in formats."""

WRITERS = [(document, form) for document, forms in FORMATS.items() for form in forms]


@pytest.mark.parametrize(("document", "form"), WRITERS)
def test_every_format_has_its_writer(document: str, form: str) -> None:
    module, _, name = FORMATS[document][form].partition(":")
    assert callable(getattr(import_module(module), name))


def test_every_document_is_written_as_json_and_published() -> None:
    assert {name for name, forms in FORMATS.items() if "json" in forms} == set(PUBLISHED) - FILES
    assert set(FORMATS) - set(PUBLISHED) == {"comment"}, "made of a diff, whose document says it all"


def test_a_field_that_is_not_promised_is_not_published() -> None:
    resource = schema("preview")["$defs"]["PreviewedResource"]
    assert not {"custom", "external", "property_dependencies"} & set(resource["properties"])
    assert "external" in PreviewedResource.__dataclass_fields__
