"""The data file of fitted constants: complete, positive, about parts that exist."""

import json
import math
from dataclasses import replace
from importlib.resources import files

import pytest

from plimsoll.catalog.tables import load
from plimsoll.engines.benchmarked import engine_class
from plimsoll.speed.accuracy.points_file import shipped_points
from plimsoll.speed.facts import accelerator_class, compute_dtype
from plimsoll.speed.read import load_speed

CATALOG = load()
FACTS = load_speed()
DOCUMENT = json.loads(
    (files("plimsoll") / "catalog" / "data" / "speed" / "constants.json").read_text(encoding="utf-8")
)


def numbers(value):
    if isinstance(value, dict):
        for key, inner in value.items():
            if not key.endswith("points"):
                yield from numbers(inner)
    elif isinstance(value, float | int):
        yield value


def test_every_constant_is_positive_and_finite():
    found = [
        number
        for kind in DOCUMENT
        if kind not in ("_comment", "evidence")
        for number in numbers(DOCUMENT[kind])
    ]
    assert len(found) > DOCUMENT["fitted"]
    assert all(math.isfinite(number) and number > 0 for number in found)


def test_devices_are_parts_of_the_catalogue_with_rows_behind_them():
    for name, device in FACTS.devices.items():
        assert name in CATALOG.accelerators
        assert device.points > 0


def test_every_part_has_a_class_with_constants():
    classes = {accelerator_class(part) for part in CATALOG.accelerators.values()}
    assert classes <= {*FACTS.classes}


@pytest.mark.parametrize("point", [p for p in shipped_points() if p.question][::97], ids=lambda p: p.id)
def test_engines_that_files_name_have_their_constants(point):
    assert engine_class(point.question.engine, point.question.version) in FACTS.engines


@pytest.mark.parametrize(
    ("name", "version", "known"),
    [
        ("vLLM", "0.22.1", "vllm"),
        ("vLLM", "v0.5.4", "vllm-early"),
        ("vLLM", "2024-09", "vllm-early"),
        ("vLLM", "2025-H2 (ML.ENERGY v3)", "vllm"),
        ("vLLM", "nightly-5b8c30d", "vllm"),
        ("TensorRT-LLM", "0.9.0", "trtllm-static"),
        ("TensorRT-LLM", "0.17", "trtllm"),
        ("TensorRT-LLM", "1.2.0rc6.post2", "trtllm"),
        ("NIM/TensorRT-LLM", "NIM 1.8.0", "trtllm"),
        ("TensorRT", "TensorRT 8.6.0, CUDA 12.0", "tensorrt"),
        ("Triton + ONNX Runtime TensorRT", "2021", "triton"),
        ("PyTorch AMP", "NGC 21.03", "pytorch"),
        ("llama.cpp", "b4753", "llamacpp"),
        ("something new", "", "vllm"),
    ],
)
def test_names_and_versions_of_engines(name, version, known):
    assert engine_class(name, version) == known


@pytest.mark.parametrize(
    ("part", "weights", "dtype"),
    [
        ("H100-80GB", "fp8", "fp8"),
        ("A100-80GB", "fp8", "bf16"),
        ("T4", "bf16", "fp16"),
        ("T4", "int8", "int8"),
        ("B200-180GB", "fp4", "fp4"),
        ("H100-80GB", "fp4", "bf16"),
        ("B200-180GB", "mxfp4", "fp8"),
        ("H100-80GB", "mxfp4", "bf16"),
        ("H100-80GB", "int4", "bf16"),
    ],
)
def test_what_a_part_multiplies_in(part, weights, dtype):
    assert compute_dtype(weights, CATALOG.accelerators[part]) == dtype


def test_a_part_of_a_generation_that_nobody_measured_is_strange():
    known = CATALOG.accelerators["L4"]
    assert not FACTS.strange(known)
    assert not FACTS.strange(replace(known, name="another part of its generation"))
    assert FACTS.strange(replace(known, name="a part of a generation to come", cuda=False))
