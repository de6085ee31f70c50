"""The golden manifests: `python -m tests.make.golden_manifests` writes them anew; read the diff."""

import plimsoll.plan.of_stack
from plimsoll.files.output import replace_folder
from plimsoll.plan.plan import Plan
from plimsoll.preview.program import run_program
from plimsoll.show.preview.manifests import HEADER, INDEX, Manifests, folder_of, manifests
from tests.make import places
from tests.make.plans import plan, ranker
from tests.make.program import CONFIG, program
from tests.make.queues import planned, spec

FOLDER = places.CASES / "manifests"


def workers() -> Plan:
    """Workers of an SQS queue, at the number that the reference's first case needs."""
    return planned(spec(name="workers"))


CASES = {"chat-with-base-and-burst": plan, "ranker-on-cpu": ranker, "workers-on-sqs": workers}


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
