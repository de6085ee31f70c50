"""The name by which weights are loaded is the spec's own, where it is that of a repository."""

from plimsoll.models.architecture import Architecture


def repository_of(model: object, architecture: Architecture) -> str | None:
    """Name what can be downloaded for a spec's `model`: as it calls it, or as the catalogue does; else None.

    A config.json or a parameter count says how a model is built, not where its weights are. A repository that
    the catalogue knows as like another (a base model beside the one that follows instructions) is loaded
    itself; a short name stands for the catalogue's own.
    """
    if not isinstance(model, str):
        return None
    known = {name.lower(): name for name in (architecture.name, *architecture.aliases)}
    named = known.get(model.lower())
    if named is None:
        return None
    return named if "/" in named and not _same(named, architecture.name) else architecture.name


def _same(one: str, other: str) -> bool:
    """Say whether two names are of one repository that was renamed (`Meta-Llama-3.1` to `Llama-3.1`)."""
    return _renamed(one) == _renamed(other)


def _renamed(name: str) -> str:
    return name.lower().replace("/meta-llama-", "/llama-")
