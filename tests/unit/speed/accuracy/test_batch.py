"""Rows of whole requests: what a server carries of full load, and which constants stand behind it."""

from dataclasses import replace

import pytest

from plimsoll.catalog.tables import load
from plimsoll.speed.accuracy.answer import asked, predict
from plimsoll.speed.accuracy.batch import TEXT_SERVED, served
from plimsoll.speed.accuracy.points import Question
from plimsoll.speed.accuracy.world import World
from plimsoll.speed.read import load_speed

CATALOG = load()
WORLD = World(CATALOG, load_speed())

ROW = Question(
    task="embedding",
    model="BERT-large",
    params_b=0.335,
    active_params_b=0.335,
    weights="int8",
    kv="",
    gpu="H100-SXM-80GB",
    gpus=8,
    tp=1,
    pp=1,
    isl=384.0,
    osl=None,
    load=None,
    scenario="server",
    metric="req_s",
    engine="TensorRT",
    version="9.3",
)


def of_full(row: Question) -> float:
    return predict(row, WORLD) / predict(replace(row, scenario="offline"), WORLD)


def test_a_server_carries_less_than_full_load_and_least_of_text_on_recent_parts() -> None:
    older = replace(ROW, gpu="A100-SXM-80GB")
    image = replace(ROW, model="ResNet-50", task="vision", metric="samples_s", isl=None)
    assert 0.5 < of_full(ROW) < of_full(older) < 1
    assert of_full(image) == pytest.approx(of_full(replace(image, gpu=older.gpu)))


def test_each_task_has_its_own_share() -> None:
    hopper, ampere = CATALOG.accelerators["H100-80GB"], CATALOG.accelerators["A100-80GB"]
    bert, image, picture = (CATALOG.model(name) for name in ("BERT-large", "ResNet-50", "SDXL"))
    assert served(bert, hopper) == TEXT_SERVED
    assert served(bert, ampere) == served(image, hopper) == "server_requests"
    assert served(picture, hopper) == "server_pictures"


def test_what_rests_on_one_source_is_a_step_farther_away() -> None:
    offline = replace(ROW, scenario="offline")
    assert asked(offline, WORLD).farther == 0
    assert asked(ROW, WORLD).farther == 1
    assert asked(replace(offline, weights="fp8"), WORLD).farther == 1
    assert asked(replace(ROW, gpu="A100-SXM-80GB"), WORLD).farther == 0
    assert asked(replace(ROW, weights="fp8", gpu="A100-SXM-80GB"), WORLD).farther == 0
