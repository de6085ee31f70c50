"""Which models of the catalogue a text means."""

from plimsoll.ground.problems import nearest
from plimsoll.models.architecture import Architecture
from plimsoll.models.read import ModelRows


def select(models: ModelRows, text: str | None) -> list[Architecture]:
    """The models whose name, an alias or the task contains the text, ignoring case; all without text."""
    if not text:
        return list(models.values())
    wanted = text.lower()
    names = {name for alias, name in models.aliases().items() if wanted in alias}
    return [model for name, model in models.items() if name in names or wanted == model.task]


def nothing_found(models: ModelRows, text: str) -> str:
    """What to say when nothing matches: the nearest name, and the other two ways to give a model."""
    hint = nearest(text[:96], [alias for model in models.values() for alias in (model.name, *model.aliases)])
    rest = "a model can also be the path of its config.json, or {params_b: …}"
    return "; ".join(part for part in (f"no model matches {text[:96]!r}", hint, rest) if part)
