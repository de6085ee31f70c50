"""A CloudFormation template is YAML or JSON; its functions stay what they are, in their long form."""

from typing import Any

import yaml

from plimsoll.text.documents import StrictLoader, values_in

LARGEST = 100_000
"""Values that a template may unfold to: CloudFormation takes 1 MB of text."""


class _Loader(StrictLoader):
    """Reads `!Ref X` as `{Ref: X}` and `!Sub X` as `{"Fn::Sub": X}`."""


def _function(loader: Any, suffix: str, node: Any) -> dict[str, Any]:  # noqa: ANN401 - PyYAML's signature
    name = suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        return {name: loader.construct_scalar(node)}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    return {name: loader.construct_mapping(node, deep=True)}


_Loader.add_multi_constructor("!", _function)  # pyright: ignore


def template_of(text: str) -> object:
    """Read a template.

    Raises:
        ValueError: it is no YAML; the message says what is wrong, in one line.
    """
    try:
        document: object = yaml.load(text, Loader=_Loader)  # noqa: S506 - it extends the safe loader
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise ValueError(str(error).splitlines()[0][:100]) from None
    if values_in(document) >= LARGEST:
        raise ValueError("it unfolds to too many values")
    return document
