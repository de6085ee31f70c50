"""Quantised checkpoints name modules by lists of patterns; whether one names a module is decided here.

Every writer has its own: whole names, their last parts, `*` as in file names, regular expressions
(`re:` of compressed-tensors). Wrappers put their own words before a decoder's names, so only what follows
from the layer on is compared.
"""

import re
from collections.abc import Iterable, Sequence
from fnmatch import translate
from functools import cache

_LAYER = re.compile(r"(?:^|\.)(?:layers|h|blocks)\.(?=\d)")
_TOWER = re.compile(r"vis|audio|vit(?:\.|_|$)|image|tower|projector|encoder|merger|resampler|mm_|^mlp1|mtp")
_PREFIXES = ("model.", "language_model.model.", "model.language_model.", "")
_EXPRESSION = "re:"
_LAYERS_APART = re.compile(r"^re:|[0-9?\[]")
"""What may tell one layer from another: an expression, a number, and what stands for one character."""
_LONGEST_PATTERN = 500
"""A longer regular expression is none that a publisher wrote."""
_REPEATED_GROUP = re.compile(r"\)(?:[*+]|\{\d*,)")
_REPEAT = re.compile(r"(?<!\\)[*+]|\{\d*,")
_ENDS_OPEN = re.compile(r"\.[*+]\$?$")
MOST_EFFORT = 3_000
"""What all lists of one config may take: about a second of matching; no publisher's come near it."""

_DEARER = 6
"""Each further open repeat of an expression takes about so many times as long to fail."""


def bare(name: str) -> str:
    """Cut what stands before the layer: `model.layers.3.mlp` and `transformer.h.3.mlp` are `layers.3.mlp`."""
    found = _LAYER.search(name)
    return "layers." + name[found.end() :] if found else name.removeprefix("model.")


class ModuleNames:
    """A list of patterns names modules of the decoder; patterns that name only towers are told apart."""

    def __init__(self, patterns: Iterable[object]) -> None:
        texts = [
            each
            for each in patterns
            if isinstance(each, str) and each != _EXPRESSION and 0 < len(each) <= _LONGEST_PATTERN
        ]
        self.tower = any(_TOWER.search(text) for text in texts)
        plain = [text for text in texts if not is_pattern(text) and not _TOWER.search(text)]
        self._whole = frozenset(bare(text.rstrip(".")) for text in plain)
        globs = [text for text in texts if _is_glob(text)]
        self._globs = _any_of(globs)
        expressions = [text.removeprefix(_EXPRESSION) for text in texts if text.startswith(_EXPRESSION)]
        self.effort = 1 + sum(map(_effort, expressions)) + sum(1 + text.count("*") for text in globs)
        self._expressions = tuple(_compiled(text) for text in expressions)
        self.of_every_layer = not any(map(_LAYERS_APART.search, texts))
        """Whether a module that is named in one layer is named in all of them."""

    def __bool__(self) -> bool:
        return bool(self._whole or self._globs is not None or self._expressions)

    def name(self, module: str) -> bool:
        """Say whether a pattern names `module` (`layers.3.mlp.up_proj`) or something that it is a part of."""
        if self._whole and any(run in self._whole for run in _runs(module)):
            return True
        spelled = [prefix + module for prefix in _PREFIXES]
        if self._globs is not None and any(map(self._globs.match, spelled)):
            return True
        return any(each.match(names) for each in self._expressions if each for names in spelled)


@cache
def _runs(module: str) -> tuple[str, ...]:
    """List every run of the parts of a name: a list may name the whole, its last parts, or what holds it."""
    parts = module.split(".")
    return tuple(
        ".".join(parts[first:last]) for first in range(len(parts)) for last in range(len(parts), first, -1)
    )


def is_pattern(text: str) -> bool:
    """Say whether `text` may name many modules: it is an expression, or has a `*`."""
    return text.startswith(_EXPRESSION) or "*" in text


def _is_glob(text: str) -> bool:
    return "*" in text and not text.startswith(_EXPRESSION)


def _any_of(globs: Sequence[str]) -> re.Pattern[str] | None:
    """Compile globs to one expression, each for a name and for what is a part of it; None for none."""
    spelled = (translate(each) for text in globs for each in (text, text + ".*"))
    return re.compile("|".join(spelled)) if globs else None


def _effort(expression: str) -> int:
    """Guess what an expression takes to fail: repeats of repeats may take for ever."""
    if _REPEATED_GROUP.search(expression):
        return MOST_EFFORT
    return _DEARER ** len(_REPEAT.findall(_ENDS_OPEN.sub("", expression)))


def _compiled(expression: str) -> re.Pattern[str] | None:
    try:
        return re.compile(expression)
    except re.error:
        return None
