"""A resource's inputs are read strictly: what cannot be read makes the resource unpriceable."""

from plimsoll.graph.resource import Resource
from plimsoll.ground.tree import Trouble, View
from plimsoll.pricing.result import Unpriceable


def inputs_of(resource: Resource) -> View:
    """View the inputs of a resource."""
    return View(resource.inputs, "", _unpriceable)


def view_of(value: object, path: str = "") -> View:
    """View a value that stands for itself, under the path that messages shall name."""
    return View(value, path, _unpriceable)


def _unpriceable(trouble: Trouble, message: str) -> Unpriceable:
    return Unpriceable("unknown_value" if trouble in ("unknown", "secret") else "invalid_value", message)
