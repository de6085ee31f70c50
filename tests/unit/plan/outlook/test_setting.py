"""Settings are written as `--set` takes them."""

import pytest

from plimsoll.plan.outlook.setting import SpecSetting, set_to
from plimsoll.spec.overrides import read_overrides
from plimsoll.spec.workload import Workload

SPEC = {"model": "meta-llama/Llama-3.1-8B-Instruct", "load": {"qps": 5}}


@pytest.mark.parametrize(
    ("value", "typed"),
    [(7.67, "7.67"), (8, "8"), ({"peak": 14.4, "average": 6}, "{peak: 14.4, average: 6}"), (0.0, "0.0")],
)
def test_a_setting_is_typed_as_yaml_reads_it(value: object, typed: str) -> None:
    setting = SpecSetting("load.qps", value)
    assert setting.typed == f"load.qps={typed}"
    (read,) = read_overrides((setting.typed,), ()).settings
    assert read.value == value
    assert type(read.value) is type(value)


def test_settings_are_put_in_together_or_the_spec_is_none() -> None:
    workload = Workload.model_validate(SPEC)
    changed = set_to(workload, [SpecSetting("load.qps", 6), SpecSetting("sla.tpot_p95_ms", 30)])
    assert changed is not None
    assert (changed.load.qps.peak, changed.sla.tpot_p95_ms) == (6, 30)  # type: ignore[union-attr]
    assert set_to(workload, [SpecSetting("load.qps", -1)]) is None
