"""Every mapping of a spec is frozen, refuses keys that it does not know, and never coerces a value."""

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """One mapping of a spec; what it holds is what was written, or a default.

    A mapping that was left out is made by `model_construct`: its defaults need no check, and its validator,
    which would be built for it alone, costs a plan 1 to 2 ms each.
    """

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, populate_by_name=True, defer_build=True
    )
