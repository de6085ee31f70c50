"""An entry is what one side of a change says of one workload: its spec, and the answer if that was stored."""

import json
from dataclasses import replace
from typing import Any

from plimsoll.catalog.facts import Catalog
from plimsoll.ground.assumption import Assumption
from plimsoll.ground.start_up import record
from plimsoll.models.architecture import Architecture
from plimsoll.plan.plan import Plan
from plimsoll.plan.runs.plan import RunPlan
from plimsoll.review.solved.facts import FactNames
from plimsoll.review.solved.stored_plan import StoredPlan
from plimsoll.spec.read import LoadedSpec
from plimsoll.spec.runs.asked import RunAsked
from plimsoll.spec.runs.read import LoadedRun
from plimsoll.spec.workload import Workload

NO_EFFECT = ("budget", "owner", "expires")
"""Keys of a spec that change no candidate and no price, once the budget is no limit."""


@record
class Entry:
    """One workload of a side. `facts` are those of the stored answer, or of the one that is to be found.

    Where nobody wrote down what a stored answer stood on, `perhaps` are facts that it may have stood on.
    """

    file: str
    workload: Workload | RunAsked
    architecture: Architecture | None
    facts: FactNames
    stored: StoredPlan | None = None
    perhaps: FactNames | None = None
    assumed: tuple[Assumption, ...] = ()
    """What the spec was read with, where a file of the project says it."""
    plan: Plan | RunPlan | None = None
    """The whole plan that was stored, where the file has it."""

    @property
    def name(self) -> str:
        """The workload's name."""
        return self.workload.name

    @property
    def ends(self) -> bool:
        """Whether it is work that ends: its money is of a run."""
        return not isinstance(self.workload, Workload)

    @property
    def has_month(self) -> bool:
        """Whether a month is known of it: a service has one, a run where its spec says how many it has."""
        return isinstance(self.workload, Workload) or self.workload.runs_per_month is not None

    @property
    def spec(self) -> dict[str, Any]:
        """The spec as it was read, defaults filled in."""
        return self.workload.model_dump(mode="json")

    @property
    def solved_by(self) -> str:
        """Write what of the spec moves an answer: two entries of one text have the same one."""
        asked = {key: value for key, value in self.spec.items() if key not in NO_EFFECT}
        return json.dumps(asked, sort_keys=True) + repr(self.architecture)


def loaded_of(entry: Entry, catalog: Catalog) -> LoadedSpec | LoadedRun:
    """Take the spec of an entry as it is read, with facts that know its model."""
    asked, known = entry.workload, with_model(catalog, entry)
    if isinstance(asked, Workload):
        return LoadedSpec(asked, known, entry.architecture, assumed=entry.assumed)
    return LoadedRun(asked.kind, asked, known, entry.architecture, assumed=entry.assumed)


def with_model(catalog: Catalog, entry: Entry) -> Catalog:
    """Let a catalogue know the model of a spec that came with it."""
    model: object = getattr(entry.workload, "model", None)
    named = model if isinstance(model, str) else f"{entry.name} (model)"
    if entry.architecture is None or catalog.model(named) is entry.architecture:
        return catalog
    return replace(catalog, models={**catalog.models, named: entry.architecture})


def asked_of(loaded: LoadedSpec | LoadedRun) -> Workload | RunAsked:
    """Take what a spec of any kind asks for."""
    if isinstance(loaded, LoadedSpec):
        return loaded.workload
    asked: RunAsked = loaded.spec
    return asked
