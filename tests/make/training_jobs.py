"""Jobs that tests of training speed share: a model on instances of a type."""

from dataclasses import replace

from plimsoll.catalog.tables import load
from plimsoll.speed.training.job import TrainingJob
from plimsoll.speed.training.layout import TrainingLayout
from plimsoll.speed.training.network import Network
from plimsoll.speed.training.recipe import TrainingRecipe

CATALOG = load()


def job(
    instance: str,
    recipe: TrainingRecipe | None = None,
    layout: TrainingLayout | None = None,
    model: str = "Llama-3.1-8B",
) -> TrainingJob:
    """A run on instances of a type, with the network that they have."""
    type_ = CATALOG.instance_types[instance]
    return TrainingJob(
        CATALOG.model(model),
        CATALOG.accelerators[type_.accelerator],
        recipe or TrainingRecipe(),
        layout or TrainingLayout(),
        Network.of(type_),
    )


def laid(of: TrainingJob, **changes: float | str) -> TrainingJob:
    """The same run in another layout."""
    return replace(of, layout=replace(of.layout, **changes))


def made(of: TrainingJob, **changes: float | str) -> TrainingJob:
    """The same run by another recipe."""
    return replace(of, recipe=replace(of.recipe, **changes))
