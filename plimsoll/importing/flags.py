"""What a container is started with: its command and arguments as one list of words, and flags among them."""

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from plimsoll.ground.start_up import record
from plimsoll.ground.tree import list_at, step

_SHELLS = ("sh", "bash", "ash", "dash", "zsh")
_VARIABLE = re.compile(r"\$\(([A-Za-z_]\w*)\)|\$\{([A-Za-z_]\w*)(?::?-([^}]*))?\}|\$([A-Za-z_]\w*)")
_ENDS = ("&&", "||", ";", "|", "&")
_NEGATIVE = re.compile(r"-\.?[0-9]")

SHORT = {
    "-tp": "tensor-parallel-size",
    "-pp": "pipeline-parallel-size",
    "-dp": "data-parallel-size",
    "-q": "quantization",
}
"""The short flags of vLLM that sizing reads. Source: vllm/engine/arg_utils.py at v0.22."""


@record
class Flags:
    """Words of a command, the value of every flag by its name, and the environment that stands there."""

    words: tuple[str, ...]
    values: Mapping[str, str]
    env: Mapping[str, str]

    def first(self, *names: str) -> str | None:
        """Take the value of the first of some flags that is there and not empty."""
        return next((found for name in names if (found := self.values.get(name))), None)

    def on(self, name: str) -> bool:
        """Say whether a flag without a value is there."""
        return self.values.get(name, "false").lower() not in ("false", "0")


def flags_of(container: Mapping[str, Any]) -> Flags:
    """Read what a container is started with; a shell's script is taken apart, and variables are put in.

    What the environment takes from a Secret or a ConfigMap is not known here and stays as it is written.
    """
    env = dict(_environment(container))
    written = [str(word) for key in ("command", "args") for word in list_at(container, key)]
    words = tuple(_expanded(word, env) for word in _without_shell(written))
    return Flags(words, dict(_values(words)), env)


def _environment(container: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for each in list_at(container, "env"):
        name, value = step(each, "name"), step(each, "value")
        if isinstance(name, str) and isinstance(value, str | int | float):
            yield name, str(value)


def _without_shell(words: Sequence[str]) -> list[str]:
    """Take the words of a script that a shell is given; of several commands, the last that serves."""
    if not words or words[0].rpartition("/")[2] not in _SHELLS:
        return list(words)
    script = next((word for word in words[1:] if not word.startswith("-")), "")
    try:
        parts = shlex.split(script.replace("\\\n", " ").replace("\n", " ; "), comments=True)
    except ValueError:  # a quote that never ends
        parts = script.split()
    commands: list[list[str]] = [[]]
    for part in parts:
        ended = part.rstrip(";") if part != ";" else ""
        if part in _ENDS:
            commands.append([])
            continue
        commands[-1].append(ended)
        if ended != part:
            commands.append([])
    serving = [each for each in commands if any(_serves(word) for word in each)]
    return serving[-1] if serving else [word for each in commands for word in each]


def _serves(word: str) -> bool:
    return any(name in word for name in ("vllm", "text-embeddings", "sglang", "text-generation"))


def _expanded(word: str, env: Mapping[str, str]) -> str:
    def value(match: "re.Match[str]") -> str:
        name = match[1] or match[2] or match[4]
        return env.get(name, match[3] if match[3] is not None else match[0])

    return _VARIABLE.sub(value, word)


def _values(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    for at, word in enumerate(words):
        name, equals, value = word.partition("=")
        key = SHORT.get(name) or (name[2:].replace("_", "-") if name.startswith("--") else "")
        if not key:
            continue
        after = words[at + 1] if at + 1 < len(words) else ""
        alone = not after or (after.startswith("-") and _NEGATIVE.match(after) is None)
        yield key, value if equals else ("true" if alone else after)
