"""A resource's inputs are read strictly: what cannot be read makes the resource unpriceable."""

from plimsoll.graph.resource import Resource
from plimsoll.ground.tree import Trouble, View
from plimsoll.pricing.result import Unpriceable


def inputs_of(resource: Resource) -> View:
    """View the inputs of a resource."""
    return View(resource.inputs, "", refuse)


def view_of(value: object, path: str = "") -> View:
    """View a value that stands for itself, under the path that messages shall name."""
    return View(value, path, refuse)


def refuse(trouble: Trouble, message: str) -> Unpriceable:
    """Refuse to price a resource over one of its inputs."""
    return Unpriceable("unknown_value" if trouble in ("unknown", "secret") else "invalid_value", message)
