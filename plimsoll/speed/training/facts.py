"""Training facts are the fitted constants of training speed, each with the rows behind it.

Values come from `plimsoll/catalog/data/speed/training.json`, which `speed_fit/training.py` writes from
measured points; `speed_fit/README.md` tells of the fit. This module only holds and looks up.
"""

from collections.abc import Mapping
from typing import Annotated, Any

from plimsoll.catalog.facts import Accelerator
from plimsoll.ground.start_up import record
from plimsoll.speed.facts import accelerator_class

LOWEST = "other"


@record
class TrainingConstant:
    """One constant, and what stands behind it.

    `rows` measured runs touch it, of `families` of sources; `without` is its value where one of them is left
    out of the fit. `basis`: `fitted`, `one_source` where all rows are of one family, `assumed` where none was
    used.
    """

    value: float
    basis: str
    rows: int
    families: tuple[str, ...]
    without: Mapping[str, float]
    source: str


@record
class TrainingFacts:
    """All constants by name, and the interval of measured ÷ predicted by kind of run."""

    constants: Mapping[str, TrainingConstant]
    intervals: Mapping[str, tuple[float, float]]

    @property
    def fitted(self) -> int:
        """How many constants data set."""
        return sum(constant.basis != "assumed" for constant in self.constants.values())

    def value(self, name: str) -> float:
        """The value of a constant that exists."""
        return self.constants[name].value

    def share(self, accelerator: Accelerator) -> TrainingConstant:
        """The share of the dense 16-bit peak that matrix products reach on a generation of accelerators."""
        found = self.constants.get(f"share.{generation(accelerator)}")
        return found or self.constants[f"share.{LOWEST}"]


@record
class TrainingInterval:
    """Measured ÷ predicted at 10 and 90 %, and why: the kind of run that it was calibrated on."""

    low: float
    high: float
    kind: Annotated[str, "tuned_or_standard, plain, mixture, encoder, or assumed."]


def generation(accelerator: Accelerator) -> str:
    """Name the generation of an accelerator whose products reach a like share of the data sheet.

    B300 is told from B200. GeForce parts multiply at half rate with 32-bit sums, which is what their sheets
    say, so they reach more of it.
    """
    if accelerator.link.startswith("neuronlink"):
        return "neuron"
    found = accelerator_class(accelerator)
    if found in ("ampere-gddr", "ada", "blackwell-gddr") and accelerator.name.startswith("RTX-"):
        return "geforce"
    if found == "blackwell-hbm" and (accelerator.compute_capability or 0) > 10.2:
        return "blackwell-ultra"
    return found


def training_facts_from(document: Mapping[str, Any]) -> TrainingFacts:
    """Read the constants from the parsed JSON of the data file."""
    return TrainingFacts(
        constants={name: _constant(entry) for name, entry in document["constants"].items()},
        intervals={name: (low, high) for name, (low, high) in document["intervals"].items()},
    )


def _constant(entry: Mapping[str, Any]) -> TrainingConstant:
    return TrainingConstant(
        value=entry["value"],
        basis=entry["basis"],
        rows=entry["rows"],
        families=tuple(entry["families"]),
        without=entry["without"],
        source=entry["source"],
    )
