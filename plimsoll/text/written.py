"""Plain data as YAML text that people read: keys in the order given, block style."""

from collections.abc import Mapping

import yaml


def yaml_text(value: Mapping[str, object]) -> str:
    """Write one YAML document."""
    return yaml.safe_dump(
        dict(value), sort_keys=False, allow_unicode=True, default_flow_style=False, width=100
    )
