"""A mapping that few specs have is checked like every other, though its validator is built later."""

from typing import Annotated, Any

import pytest
from pydantic import Field, ValidationError

from plimsoll.spec.frozen import Frozen, WhenGiven


class Inner(Frozen):
    """Few have it."""

    count: int = Field(ge=1, description="How many.")


class PutOff(Frozen):
    """A mapping that puts another off."""

    inner: Annotated[Inner, WhenGiven()] | None = None


class AtOnce(Frozen):
    """The same, without that."""

    inner: Inner | None = None


@pytest.mark.parametrize("inner", [{"count": 0}, {"count": "1"}, {}, {"count": 1, "more": 2}, 7, "x", [1]])
def test_what_is_wrong_is_said_as_of_any_other_mapping(inner: object) -> None:
    def told(model: type[Frozen]) -> list[Any]:
        with pytest.raises(ValidationError) as wrong:
            model.model_validate({"inner": inner})
        return wrong.value.errors(include_url=False)

    assert told(PutOff) == told(AtOnce)


def test_it_is_read_written_and_published_as_any_other() -> None:
    read = PutOff.model_validate({"inner": {"count": 2}})
    assert read.inner == Inner(count=2)
    assert read.model_dump(exclude_unset=True) == {"inner": {"count": 2}}
    put_off, at_once = PutOff.model_json_schema(), AtOnce.model_json_schema()
    assert put_off["$defs"] == at_once["$defs"]
    assert put_off["properties"]["inner"].items() >= at_once["properties"]["inner"].items()
