"""What the typed AWS SDK says about a resource's inputs, read from its classes."""

import importlib
import typing
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from pulumi import _types


@cache
def args_class(token: str) -> type:
    """The SDK's argument class of `aws:ec2/vpc:Vpc`."""
    _, module, kind = token.split(":")
    return getattr(importlib.import_module(f"pulumi_aws.{module.split('/')[0]}"), f"{kind}Args")


@cache
def names(args: type) -> Mapping[str, str]:
    """Provider names to Python names."""
    return {wire: name for name, wire in _types.input_type_py_to_pulumi_names(args).items()}


def unknown_inputs(value: Any, args: type, path: str = "") -> Iterator[str]:
    """Every input name that the SDK's class does not have, nested ones included."""
    known = names(args)
    types = _types.input_type_types(args)
    for key, item in value.items():
        if key not in known:
            yield f"{path}{key}"
            continue
        nested = nested_class(types.get(known[key]) or types.get(key))
        for part in item if isinstance(item, list) else [item]:
            if nested is not None and isinstance(part, Mapping):
                yield from unknown_inputs(part, nested, f"{path}{key}.")


def nested_class(hint: Any) -> type | None:
    """The input class somewhere inside a type hint."""
    if isinstance(hint, type) and _types.is_input_type(hint):
        return hint
    for inner in typing.get_args(hint):
        found = nested_class(inner)
        if found is not None:
            return found
    return None


def missing_inputs(value: Mapping[str, Any], args: type) -> list[str]:
    """Required inputs that are not given."""
    import inspect

    signature = inspect.signature(args.__init__)
    required = {
        name
        for name, parameter in signature.parameters.items()
        if parameter.default is inspect.Parameter.empty and name != "__self__"
    }
    python = names(args)
    given = {python.get(key, key) for key in value}
    return sorted(required - given)
