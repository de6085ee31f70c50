"""Every mapping of a spec is frozen, refuses keys that it does not know, and never coerces a value."""

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """One mapping of a spec; what it holds is what was written, or a default."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, populate_by_name=True, defer_build=True
    )
