"""Property values are decoded from Pulumi's JSON: secrets, unknowns and references become what they are.

Source: pulumi `sdk/go/common/resource/properties.go` (signatures) and `pkg/resource/stack/deployment.go`.
"""

import json
from collections.abc import Mapping
from typing import Any, cast

from plimsoll.ground.markers import UNKNOWN, Secret

SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - a public marker
OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
REFERENCE = "5cf8f73096256a8f31e491e813e4eb8e"

HIDDEN = "[secret]"
"""What stands in for a secret, in a preview digest and in our own previews."""

UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What Pulumi writes for a string that is not known yet."""

UNKNOWNS = frozenset(
    {
        UNKNOWN_TEXT,
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "030794c1-ac77-496b-92df-f27374a8bd58",
        "e48ece36-62e2-4504-bad9-02848725956a",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    }
)
"""The texts that stand for a string, boolean, number, array, asset, archive or object not known yet."""


def decoded(value: Any) -> Any:  # noqa: ANN401 - foreign JSON
    """Turn one JSON value into plain data with `UNKNOWN` and `Secret` in their places."""
    if isinstance(value, str):
        if value in UNKNOWNS:
            return UNKNOWN
        return Secret(UNKNOWN) if value == HIDDEN else value
    if isinstance(value, list):
        return [decoded(item) for item in cast("list[Any]", value)]
    if isinstance(value, Mapping):
        mapping = cast("Mapping[str, Any]", value)
        if SIGNATURE in mapping:
            return _special(mapping)
        return {key: decoded(item) for key, item in mapping.items() if not key.startswith("__")}
    return value


def _special(mapping: Mapping[str, Any]) -> Any:  # noqa: ANN401 - foreign JSON
    signature = mapping[SIGNATURE]
    if signature == SECRET:
        return Secret(_secret(mapping))
    if signature == OUTPUT:
        inner = decoded(mapping["value"]) if "value" in mapping else UNKNOWN
        return Secret(inner) if mapping.get("secret") is True else inner
    if signature == REFERENCE:
        return decoded(mapping.get("urn"))
    return {key: decoded(item) for key, item in mapping.items()}


def _secret(mapping: Mapping[str, Any]) -> Any:  # noqa: ANN401 - foreign JSON
    """A secret's own value where the file has it in clear; a ciphertext is not known."""
    if "value" in mapping:
        return decoded(mapping["value"])
    plaintext = mapping.get("plaintext")
    if isinstance(plaintext, str):
        try:
            return decoded(json.loads(plaintext))
        except ValueError:
            return UNKNOWN
    return UNKNOWN
