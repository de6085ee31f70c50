"""A text means models of the catalogue: by name, alias or task."""

from plimsoll.ground.problems import nearest
from plimsoll.models.architecture import Architecture
from plimsoll.models.read import ModelRows


def select(models: ModelRows, text: str | None) -> list[Architecture]:
    """Select the models whose name or alias contains the text, or whose task it is; all without text."""
    if not text:
        return list(models.values())
    wanted = text.lower()
    names = {name for alias, name in models.aliases().items() if wanted in alias}
    return [model for name, model in models.items() if name in names or wanted == model.task]


def nothing_found(models: ModelRows, text: str) -> str:
    """Say that nothing matches: the nearest name, and the other two ways to give a model."""
    hint = nearest(text[:96], [alias for model in models.values() for alias in (model.name, *model.aliases)])
    rest = "a model can also be the path of its config.json, or {params_b: …}"
    return "; ".join(part for part in (f"no model matches {text[:96]!r}", hint, rest) if part)
