"""Constants: what only whole requests use is told apart, so that a fit of theirs moves no language model.

What no row speaks about takes the level of what is nearest to it.
"""

import copy
import json

import pytest

from plimsoll.catalog.tables import load
from plimsoll.engines.benchmarked import BATCHED, SERVING, STATIC
from plimsoll.files.package import data_text
from plimsoll.speed.accuracy.answer import TRAINING, predict
from plimsoll.speed.accuracy.points import RowError
from plimsoll.speed.accuracy.points_file import shipped_points
from plimsoll.speed.accuracy.world import World
from plimsoll.speed.facts import facts_from
from speed_fit.parameters import DEVICE, KIN, Constants, filled, flat, of_whole, put, start

CATALOG = load()
BEGUN = start((), CATALOG)
EVERY = 20
"""One row of so many is asked: which constants a row uses depends on its kind, and each kind has hundreds."""


def worlds() -> tuple[World, World]:
    """As it ships, and with everything that only whole requests use at 1.5 times its value."""
    document = json.loads(data_text("speed", "constants.json"))
    moved = json.loads(data_text("speed", "constants.json"))
    fitted = ("devices", "classes", "engines", "tasks")
    paths = [(kind, *path) for kind in fitted for path, _ in flat(document[kind])]
    own = [path for path in paths if of_whole(("devices" if path[0] == "classes" else path[0], *path[1:]))]
    for path in own:
        value = document
        for key in path:
            value = value[key]
        put(moved, path, 1.5 * value)
    assert len(own) > 100
    return World(CATALOG, facts_from(document)), World(CATALOG, facts_from(moved))


WORLDS = worlds()


def answers(task: str) -> list[tuple[float, float]]:
    own = [
        point.question
        for point in shipped_points()
        if point.question is not None and point.question.task not in TRAINING
    ]
    asked = [question for question in own if question.task.startswith("llm") == (task == "llm")][::EVERY]
    found: list[tuple[float, float]] = []
    for question in asked:
        try:
            found.append((predict(question, WORLDS[0]), predict(question, WORLDS[1])))
        except RowError:
            continue
    assert len(found) >= 30
    return found


def test_a_language_model_uses_nothing_that_only_whole_requests_use() -> None:
    assert all(first == second for first, second in answers("llm"))


def test_every_whole_request_uses_some_of_it() -> None:
    assert all(first != second for first, second in answers("whole"))


@pytest.mark.parametrize("engine", [*SERVING, *STATIC, "llamacpp", "tgi", "vllm-early"])
def test_engines_that_write_text_are_held(engine: str) -> None:
    assert not of_whole(("engines", engine, "compute"))
    assert of_whole(("engines", BATCHED.get(engine, "tensorrt"), "compute"))


def with_precisions(**moved: dict[str, float]) -> Constants:
    constants = copy.deepcopy(BEGUN)
    constants["devices"] = {"H100-80GB": dict(DEVICE)}
    for name, values in moved.items():
        constants["precisions"][name] = dict(values)
    return constants


def test_a_format_without_rows_takes_its_kins_level() -> None:
    level = {"bandwidth": 1.2, "compute": 0.5}
    full, _ = filled(with_precisions(fp4=level), CATALOG)
    assert full["precisions"]["mxfp4"] == level
    assert full["precisions"]["fp4"] == level


def test_a_format_with_rows_keeps_its_own() -> None:
    own, kin = {"bandwidth": 1.3, "compute": 1.0}, {"bandwidth": 1.2, "compute": 0.5}
    full, _ = filled(with_precisions(mxfp4=own, fp4=kin), CATALOG)
    assert (full["precisions"]["mxfp4"], full["precisions"]["fp4"]) == (own, kin)


def test_kernels_that_unpack_are_nobodys_kin() -> None:
    full, _ = filled(with_precisions(**{"mxfp4:weight-only": {"bandwidth": 1.2, "compute": 0.6}}), CATALOG)
    assert full["precisions"]["fp4:weight-only"] == BEGUN["precisions"]["fp4:weight-only"]
    assert all(KIN[KIN[name]] == name for name in KIN)
