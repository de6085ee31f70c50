"""Storage classes say which volumes a claim makes; a claim without a class has the default of the graph."""

from plimsoll.graph.types import STORAGE_CLASS
from plimsoll.ground.tree import View
from plimsoll.pricing.index import Index
from plimsoll.pricing.inputs import inputs_of

_DEFAULT_MARKERS = (
    "storageclass.kubernetes.io/is-default-class",
    "storageclass.beta.kubernetes.io/is-default-class",
)


def storage_classes(name: str, index: Index) -> list[View]:
    """Find the classes of a name; an unnamed claim has the graph's default class, if it has one."""
    found: list[View] = []
    for resource in index.of_type(STORAGE_CLASS):
        view = inputs_of(resource)
        own, notes = view["metadata"]["name"], view["metadata"]["annotations"]
        if name and not own.unknown and own.text("") == name:
            found.append(view)
        if not name and any(notes[marker].text("false") == "true" for marker in _DEFAULT_MARKERS):
            found.append(view)
    return found
