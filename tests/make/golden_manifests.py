"""The golden manifests: `python -m tests.make.golden_manifests` writes them anew; read the diff."""

from dataclasses import replace
from pathlib import Path

import plimsoll.plan.of_stack
from plimsoll.files.output import replace_folder
from plimsoll.plan.autoscaling import Autoscaling
from plimsoll.plan.plan import Plan
from plimsoll.preview.program import run_program
from plimsoll.show.preview.manifests import HEADER, INDEX, Manifests, folder_of, manifests
from tests.make.plans import ALONE, plan
from tests.make.program import CONFIG, program

FOLDER = Path(__file__).parents[1] / "cases" / "manifests"


def ranker() -> Plan:
    """A measured service on CPUs, three replicas to a node, scaled by requests per second."""
    pool = replace(
        ALONE,
        instance_type="c7i.4xlarge",
        accelerators_per_node=0,
        vcpus_per_node=16,
        replicas_per_node=3,
        min_replicas=3,
        max_replicas=17,
        min_nodes=1,
        max_nodes=6,
        volume_gib=100,
    )
    made = plan(pool, name="ranker")
    serving = replace(
        made.serving,
        engine=None,
        engine_version=None,
        image="registry.example.com/search/ranker:7.0",
        model=None,
        args=(),
        command=("/ranker", "serve"),
        cpu_request=4.0,
        memory_request_gib=6.0,
        accelerators=0,
        cold_start_s=150.0,
        port=8080,
    )
    scaling = Autoscaling("requests_per_second", 58.8, "requests/s", 3, 17, scale_to_zero=False)
    return replace(made, serving=serving, autoscaling=scaling)


CASES = {"chat-with-base-and-burst": plan, "ranker-on-cpu": ranker}


def rendered(case: str) -> Manifests:
    """What the program makes of a case."""
    document = CASES[case]()
    original = plimsoll.plan.of_stack.plan_workloads
    plimsoll.plan.of_stack.plan_workloads = lambda *_: {str(document.workload["name"]): document}
    try:
        return manifests(run_program(program(CONFIG)))
    finally:
        plimsoll.plan.of_stack.plan_workloads = original


if __name__ == "__main__":
    for case in CASES:
        replace_folder(FOLDER / case, folder_of(rendered(case)), index=INDEX, header=HEADER)
