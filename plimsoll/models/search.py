"""A text means models of the catalogue: by name, alias or task, however it is spelled."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from plimsoll.ground.problems import nearest
from plimsoll.models.architecture import Architecture

_NUMBER_BEGINS = re.compile(r"(?<=[a-z])(?=[0-9])")
_NAME_IN_MESSAGE = 96


def select(models: Mapping[str, Architecture], text: str | None) -> list[Architecture]:
    """Select the models that have every word of a text in name, alias or task; all without text.

    Case, and what stands between words (spaces, hyphens, dots, slashes), make no difference, nor does the
    order of the words. Numbers are whole: `3.1` is no `3.12`, and `8B` no `38B`. Where nothing is found so,
    a number may be the beginning of one, then words may run together.
    """
    if not text:
        return list(models.values())
    plain = {
        name: "|".join(map(_plain, (model.name, *model.aliases, model.task)))
        for name, model in models.items()
    }
    for patterns in _readings(text):
        if found := [models[name] for name, hay in plain.items() if _all_in(patterns, hay)]:
            return found
    run = re.sub("[^a-z0-9]", "", text.lower())
    return [models[name] for name, hay in plain.items() if run and run in hay.replace("-", "")]


def _readings(text: str) -> Iterator[list[re.Pattern[str]]]:
    """Read a text as words, the strictest reading first."""
    apart = re.findall("[a-z0-9]+", text.lower())
    for end_of_number in ("(?![0-9a-z])", "(?![0-9])"):
        for words in (_joined(apart), apart):
            yield [_pattern(_plain(word), end_of_number) for word in words]


def _joined(apart: Sequence[str]) -> list[str]:
    """Numbers that stand side by side are one: `3.1`, `3 1`."""
    words: list[str] = []
    for word in apart:
        if words and word.isdigit() and words[-1].replace("-", "").isdigit():
            words[-1] += f"-{word}"
        else:
            words.append(word)
    return words


def _plain(text: str) -> str:
    """`Qwen/Qwen2.5-7B` as qwen-qwen-2-5-7b: nothing but letters, numbers, and one mark between them."""
    return _NUMBER_BEGINS.sub("-", "-".join(re.findall("[a-z0-9]+", text.lower())))


def _pattern(word: str, end_of_number: str) -> re.Pattern[str]:
    begins = "(?<![0-9a-z])" if word[0].isdigit() else ""
    return re.compile(begins + word + (end_of_number if word[-1].isdigit() else ""))


def _all_in(patterns: Sequence[re.Pattern[str]], hay: str) -> bool:
    return bool(patterns) and all(pattern.search(hay) for pattern in patterns)


def nothing_found(models: Mapping[str, Architecture], text: str) -> str:
    """Say that nothing matches: the nearest name, and the other two ways to give a model."""
    shown = text[:_NAME_IN_MESSAGE]
    hint = nearest(shown, list(_names(models.values())))
    rest = "a model can also be the path of its config.json, or {params_b: …}"
    return "; ".join(part for part in (f"no model matches {shown!r}", hint, rest) if part)


def _names(models: Iterable[Architecture]) -> Iterable[str]:
    return (alias for model in models for alias in (model.name, *model.aliases))
