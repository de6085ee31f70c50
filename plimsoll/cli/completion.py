"""A shell asks here what may be typed next: names of the catalogue, paths of a spec, codes.

A command that runs reads nothing of this: the module is imported when a shell asks (`completed_by` of
`plimsoll.cli.options`), and each list is looked up then.
"""

from collections.abc import Iterable
from typing import Literal, get_args, get_origin

from click.shell_completion import CompletionItem


def models(typed: str) -> Iterable[str]:
    """Name the models of the catalogue."""
    from plimsoll.models.read import load_models

    return _beginning(load_models(), typed)


def regions(typed: str) -> Iterable[str]:
    """Name the regions with prices."""
    from plimsoll.catalog.regions import regions as known

    return _beginning(known(), typed)


def instance_types(typed: str) -> Iterable[str]:
    """Name the families and types that plans choose from."""
    from plimsoll.catalog.tables import load

    planned = load().planned
    return _beginning([*dict.fromkeys(name.partition(".")[0] for name in planned), *planned], typed)


def accelerators(typed: str) -> Iterable[str]:
    """Name the accelerators that AWS rents."""
    from plimsoll.catalog.tables import load

    return _beginning([name for name, each in load().accelerators.items() if each.aws], typed)


def questions(typed: str) -> Iterable[str]:
    """Name everything that `why-not` can be asked about."""
    return [*_beginning(("spot", "on-demand"), typed), *accelerators(typed), *instance_types(typed)]


def codes(typed: str) -> Iterable[str]:
    """Name every code that can be explained."""
    from plimsoll.show.explain.codes import explained

    return _beginning(dict.fromkeys(each.code for each in explained([])), typed)


def settings(typed: str) -> Iterable[str]:
    """Name every path that a spec may have, ready for its value; behind the `=`, the values it may have."""
    from plimsoll.spec.runs.kinds import KINDS
    from plimsoll.spec.sections import form_of_kind

    path, equals, value = typed.partition("=")
    if equals:
        return [f"{path}={each}" for each in _values(path, value)]
    paths = {
        f"{section}.{key}" if section else key
        for kind in KINDS
        for section, keys in form_of_kind(kind).keys.items()
        for key in keys
    }
    return _beginning(sorted(f"{each}=" for each in paths), typed)


def files(typed: str) -> list[CompletionItem]:
    """Leave it to the shell, which knows its files."""
    return [CompletionItem(typed, type="file")]


def _values(path: str, typed: str) -> Iterable[str]:
    from plimsoll.spec.runs.kinds import KINDS
    from plimsoll.spec.sections import form_of_kind, parts

    named = {"model": models, "region": regions, "regions": regions, "pin.instance_type": instance_types}
    if path in named or path in ("capacity.allow", "capacity.deny"):
        return named.get(path, instance_types)(typed)
    fields = (form_of_kind(kind).field_at(tuple(path.split("."))) for kind in KINDS)
    kinds = [part for field in fields if field is not None for part in parts(field.annotation)]
    words = [str(word) for kind in kinds if get_origin(kind) is Literal for word in get_args(kind)]
    return _beginning(dict.fromkeys(words), typed)


def _beginning(names: Iterable[str], typed: str) -> list[str]:
    return [name for name in names if name.lower().startswith(typed.lower())]
