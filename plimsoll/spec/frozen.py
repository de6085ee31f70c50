"""Every mapping of a spec is frozen, refuses keys that it does not know, and never coerces a value."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

from pydantic import BaseModel, ConfigDict
from pydantic_core import core_schema


class Frozen(BaseModel):
    """One mapping of a spec; what it holds is what was written, or a default.

    A mapping that was left out is made by `model_construct`: its defaults need no check, and its validator,
    which would be built for it alone, costs a plan 1 to 2 ms each.
    """

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, populate_by_name=True, defer_build=True
    )


class PlainWhenAsked(Mapping[str, Any]):
    """A mapping of a spec as plain data, defaults filled in; each key is written when somebody asks for it.

    Whoever prints a plan asks for its load, its limits and its budget; the writers of the mappings that a
    spec leaves out are built for whoever asks for all.
    """

    def __init__(self, said: Frozen) -> None:
        """Keep what is written when asked for."""
        self._said = said
        self._written: dict[str, Any] = {}

    def __getitem__(self, key: str) -> Any:  # noqa: ANN401 - whatever a spec holds
        if key not in self._written:
            if key not in type(self._said).model_fields:
                raise KeyError(key)
            self._written |= self._said.model_dump(mode="json", include={key})
        return self._written[key]

    def __iter__(self) -> Iterator[str]:
        return iter(type(self._said).model_fields)

    def __len__(self) -> int:
        return len(type(self._said).model_fields)


class WhenGiven:
    """Marks a mapping that many specs leave out: its validator is built when a spec gives it.

    Pydantic builds the validators of a model and of all that it may hold at once. Those of the mappings
    marked so are a third of them, 5 ms of every plan.
    """

    def __get_pydantic_core_schema__(self, source: type[Frozen], handler: object) -> core_schema.CoreSchema:
        """Validate by the mapping's own model, which builds its validator when it is first asked."""
        del handler  # it would build the validator now
        self._model = source
        return core_schema.no_info_plain_validator_function(source.model_validate)

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: Callable[[core_schema.CoreSchema], dict[str, Any]]
    ) -> dict[str, Any]:
        """Describe the mapping as if it were not put off."""
        del schema
        self._model.model_rebuild()
        whole = self._model.__pydantic_core_schema__
        name = core_schema.definition_reference_schema(cast("str", whole.get("ref")))
        return handler(core_schema.definitions_schema(name, [whole]))
