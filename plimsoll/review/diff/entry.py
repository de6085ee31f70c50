"""An entry is what one side of a change says of one workload: its spec, and the answer if that was stored."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from plimsoll.ground.assumption import Assumption
from plimsoll.ground.start_up import record
from plimsoll.models.architecture import Architecture
from plimsoll.money.line import CostLine
from plimsoll.plan.plan import Plan
from plimsoll.review.diff.facts import FactNames
from plimsoll.spec.workload import Workload

NO_EFFECT = ("budget", "owner", "expires")
"""Keys of a spec that change no candidate and no price, once the budget is no limit."""


@record
class StoredPlan:
    """What a file says was chosen, at what cost."""

    id: str
    instance_type: str
    region: str
    precision: str | None
    replicas_max: int
    usd_per_month: Mapping[str, Decimal]
    lines: tuple[CostLine, ...]


@record
class Entry:
    """One workload of a side. `facts` are those of the stored answer, or of the one that is to be found.

    Where nobody wrote down what a stored answer stood on, `perhaps` are facts that it may have stood on.
    """

    file: str
    workload: Workload
    architecture: Architecture | None
    facts: FactNames
    stored: StoredPlan | None = None
    perhaps: FactNames | None = None
    assumed: tuple[Assumption, ...] = ()
    """What the spec was read with, where a file of the project says it."""
    plan: Plan | None = None
    """The whole plan that was stored, where the file has it."""

    @property
    def name(self) -> str:
        """The workload's name."""
        return self.workload.name

    @property
    def spec(self) -> dict[str, Any]:
        """The spec as it was read, defaults filled in."""
        return self.workload.model_dump(mode="json")

    @property
    def solved_by(self) -> str:
        """Write what of the spec moves an answer: two entries of one text have the same one."""
        asked = {key: value for key, value in self.spec.items() if key not in NO_EFFECT}
        return json.dumps(asked, sort_keys=True) + repr(self.architecture)
