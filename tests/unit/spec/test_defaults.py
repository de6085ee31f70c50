"""The defaults stand once: what people read of them (template, schema, hints) says the same."""

import re
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

import plimsoll
from plimsoll.engines.benchmarked import REFERENCE, REFERENCE_VERSION
from plimsoll.engines.precision import PRECISIONS, SERVES_BEST_FIRST
from plimsoll.spec import defaults, sections
from plimsoll.spec.runs.kinds import KINDS
from plimsoll.spec.values import Unit
from plimsoll.spec.workload import Precision, Workload
from plimsoll.spec.wrong import hints
from plimsoll.spec.wrong.units import WORTH

PACKAGE = Path(plimsoll.__file__).parent
TEMPLATE = (PACKAGE / "show" / "templates" / "workload.yaml").read_text(encoding="utf-8")
SMALLEST = Workload.model_validate({"model": "any", "load": {"qps": 5}})


def _shown(key: str) -> Any:
    """The value of a key in the template, whether or not it is commented out."""
    line = re.search(rf"^[# ]*(?P<text>{key}: .*)$", TEMPLATE, re.MULTILINE)
    assert line is not None, key
    return yaml.safe_load(line["text"])[key]


@pytest.mark.parametrize(
    ("shown", "default"),
    [
        ((_shown("engine")["name"], _shown("engine")["version"]), (defaults.ENGINE, defaults.ENGINE_VERSION)),
        (_shown("engine")["kv_cache_dtype"], defaults.KV_CACHE_DTYPE),
        (_shown("input_tokens"), defaults.INPUT_TOKENS),
        (_shown("output_tokens"), defaults.OUTPUT_TOKENS),
        (_shown("availability"), defaults.AVAILABILITY),
        (_shown("region"), defaults.REGION),
        (_shown("spot"), defaults.SPOT),
        (_shown("budget")["basis"], defaults.BUDGET_BASIS),
        (_shown("scale")["min_replicas"], defaults.MIN_REPLICAS),
    ],
)
def test_the_template_shows_the_default(shown: object, default: object):
    assert shown == default


def test_a_spec_that_says_nothing_has_the_defaults():
    assert SMALLEST.region_names == (defaults.REGION,)
    assert SMALLEST.engine.version == defaults.ENGINE_VERSION
    assert SMALLEST.sla.availability == defaults.AVAILABILITY
    assert SMALLEST.capacity.spot == defaults.SPOT


def test_the_default_engine_is_the_one_that_the_speed_model_was_fitted_on():
    assert (defaults.ENGINE, defaults.ENGINE_VERSION) == (REFERENCE, REFERENCE_VERSION)


def test_a_spec_may_name_the_precisions_that_are_served_and_no_other():
    assert get_args(Precision) == PRECISIONS
    assert sorted(SERVES_BEST_FIRST) == sorted(PRECISIONS)


def test_every_section_of_the_spec_is_known_by_its_path():
    queue = ["load.queue", "load.queue.tasks_per_s"]
    nested = ["load.audio_s", "load.cache", "load.input_tokens", "load.output_tokens", "load.qps", *queue]
    top = [
        "adapters",
        "alternative",
        "budget",
        "capacity",
        "engine",
        "load",
        "measured",
        "model",
        "owner",
        "pin",
        "route",
        "scale",
    ]
    assert sorted(sections.KEYS) == sorted(["", *nested, *top, "sla", "scale.schedule"])


def test_every_unit_of_the_spec_has_its_other_spellings():
    units = {
        part.name
        for kind in KINDS
        for section in sections.form_of_kind(kind).sections.values()
        for field in section.model_fields.values()
        for part in (*field.metadata, *sections.parts(field.annotation))
        if isinstance(part, Unit)
    }
    assert units == set(WORTH)


def test_what_a_foreign_key_means_is_a_key_of_the_spec():
    for meant in set(hints._MEANT.values()):
        section, _, key = meant.rpartition(".")
        assert " " in meant or key in sections.KEYS[section], meant
