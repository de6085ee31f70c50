"""What people read of a load test: the prediction at the head of each object, and what to do next."""

from collections.abc import Collection, Iterator

from plimsoll.loadtest.drive import Drive
from plimsoll.loadtest.objects.k6 import AUDIO, REQUEST, to_fill_in
from plimsoll.loadtest.objects.parts import TARGET_LABEL, alone, name_of, predicted_text
from plimsoll.show.money import usd


def head(drive: Drive) -> str:
    """Put the prediction before an object, as comments."""
    load = f"{drive.requests:,} requests at {drive.qps:g} req/s, {drive.seconds} s"
    lines = (
        "Written by 'plimsoll loadtest'.",
        f"predicted: {predicted_text(drive)}",
        f"load: {load}; plan {drive.plan_sha256[:12]}",
    )
    return "".join(f"# {line}\n" for line in lines)


def notes(drive: Drive, spec: str, kinds: Collection[str]) -> Iterator[str]:
    """Say what the test costs, and the steps that a person takes; `spec` is typed with its options."""
    whom = f"all {drive.replicas} replicas" if drive.fleet else "one replica"
    minutes = drive.seconds / 60
    yield (
        f"{drive.name}: {drive.requests:,} requests at {drive.qps:g} req/s to {whom}, {minutes:.0f} minutes: "
        f"{usd(drive.usd)} of its nodes' price, on demand"
    )
    yield f"predicted: {predicted_text(drive)}"
    if "TestRun" in kinds and (file := to_fill_in(drive)) is not None:
        yield f"first put {_FILLS[file]} into {file} of the ConfigMap {name_of(drive)}"
    if alone(drive):
        marked = f"kubectl -n {drive.name} label pod POD {TARGET_LABEL}={drive.name}"
        yield f"choose the pod that is tested, while nothing else asks it: {marked}"
    label = f"k6_cr={name_of(drive)},runner=true" if "TestRun" in kinds else f"job-name={name_of(drive)}"
    yield f"keep its result: kubectl -n {drive.name} logs -l {label} --tail=1 > result.json"
    if drive.plan.speech is None:
        unsaid = "".join(f" {each}" for each in _unsaid(drive, kinds))
        yield f"then: plimsoll calibrate {spec} result.json{unsaid} --out calibration.yaml"
    else:
        yield "then: hold it against the prediction above; speech is not calibrated, measured takes its rate"


def _unsaid(drive: Drive, kinds: Collection[str]) -> Iterator[str]:
    """Give what a result does not say itself; vLLM's, which needs no ConfigMap, says all but a variant."""
    if drive.plan.chosen.variant:
        yield f"--variant {drive.plan.chosen.variant}"
    if "ConfigMap" not in kinds:
        return
    if drive.replicas > 1:
        yield f"--replicas {drive.replicas}"
    yield "--ran-on $(date -u +%F)"


_FILLS = {
    REQUEST: "one real request of the service",
    AUDIO: "a recording of usual length (binaryData: base64 of it, 1 MiB in all)",
}
"""What its owner puts into a file, by its name."""
