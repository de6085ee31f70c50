"""Signals are the same whether queries or raw series were saved; counters may begin anew, and have gaps."""

import json

import pytest

from plimsoll.rightsizing.signals import signals_of
from plimsoll.telemetry.ranges import ranges_of


def _signals(result, workload="x"):
    text = json.dumps({"status": "success", "data": {"resultType": "matrix", "result": result}})
    return signals_of(ranges_of(text, "f"), workload)


def _series(name, values, **labels):
    return {
        "metric": {"__name__": name, **labels},
        "values": [[at * 300, str(value)] for at, value in values],
    }


def test_a_counter_becomes_a_rate_also_when_it_begins_anew():
    values = [(0, 0), (1, 300), (2, 600), (3, 30), (4, 330)]
    found = _signals([_series("vllm:request_success_total", values)])
    assert found.line("requests") == pytest.approx({300.0: 1, 600.0: 1, 900.0: 0.1, 1200.0: 1})


def test_a_gap_of_a_counter_says_nothing_of_when_it_grew():
    values = [(0, 0), (1, 300), (2, 600), (12, 3600), (13, 3900)]
    found = _signals([_series("vllm:request_success_total", values)])
    assert sorted(found.line("requests")) == [300.0, 600.0, 3900.0]


def test_pods_are_added_up_and_counted():
    pods = [
        _series("vllm:num_requests_running", [(0, 2), (1, 4)], pod=pod, model_name="m") for pod in ("a", "b")
    ]
    found = _signals(pods)
    assert found.line("running") == {0.0: 4.0, 300.0: 8.0}
    assert found.line("replicas") == {0.0: 2.0, 300.0: 2.0}
    assert found.models == {"m"}


def test_of_several_namespaces_the_workloads_own_counts():
    both = [
        _series("vllm:num_requests_running", [(0, value)], namespace=name)
        for name, value in (("x", 1), ("y", 9))
    ]
    assert _signals(both).line("running") == {0.0: 1.0}
    assert _signals(both, "z").line("running") == {0.0: 10.0}


def test_old_and_new_names_are_known():
    old = _signals([_series("vllm:gpu_cache_usage_perc", [(0, 0.5)])])
    assert old.line("cache_use") == {0.0: 0.5}


def test_a_blank_of_dcgm_is_no_share():
    values = [(0, 0.5), (1, 9223372036854775794)]
    found = _signals([_series("DCGM_FI_PROF_GR_ENGINE_ACTIVE", values)])
    assert found.line("gpu_busy") == {0.0: 0.5}


def test_strange_series_are_counted():
    assert _signals([_series("node_load1", [(0, 1)])]).strange == 1


FIRING = {"alertstate": "firing", "severity": "page"}


@pytest.mark.parametrize(
    ("labels", "count"),
    [
        ({"workload": "x"}, 1),
        ({"workload": "y"}, 0),
        ({"workload": "x", "namespace": "monitoring"}, 1),
        ({"workload": "x-base", "namespace": "x"}, 1),
        ({"workload": "y", "namespace": "y"}, 0),
        ({}, 1),
    ],
    ids=["ours", "ours of another", "ours, moved", "by namespace", "of another", "of the cluster"],
)
def test_a_page_counts_for_the_workload_that_it_names(labels, count):
    served = [
        _series("vllm:num_requests_running", [(0, 1)], namespace=name) for name in ("x", "y", "monitoring")
    ]
    found = _signals([*served, _series("ALERTS", [(0, 1)], **FIRING, **labels)])
    assert found.line("alerts") == ({0.0: count} if count else {})


def test_each_accelerator_counts_as_much_as_another():
    """The order says nothing."""
    busy = [_series("DCGM_FI_PROF_GR_ENGINE_ACTIVE", [(0, share)], gpu=str(at)) for at, share in ORDERS]
    assert _signals(busy).line("gpu_busy") == pytest.approx({0.0: 0.25})
    assert _signals(busy[::-1]).line("gpu_busy") == pytest.approx({0.0: 0.25})


ORDERS = ((0, 0.0), (1, 0.0), (2, 0.0), (3, 1.0))


def test_memory_of_an_accelerator_is_held_against_its_own():
    used = [_series("DCGM_FI_DEV_FB_USED", [(0, size)], gpu=gpu) for gpu, size in (("0", 90), ("1", 10))]
    free = [_series("DCGM_FI_DEV_FB_FREE", [(0, size)], gpu=gpu) for gpu, size in (("1", 90), ("0", 10))]
    assert _signals([*used, *free]).line("gpu_memory") == pytest.approx({0.0: 0.9})
