"""Volumes of claims: by their class, their attributes class, and the default where they name none."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from plimsoll.graph.resource import Resource
from tests.make.graphs import resource
from tests.make.prices import only_problem, priced

CLAIM = "kubernetes:core/v1:PersistentVolumeClaim"
STORAGE = "kubernetes:storage.k8s.io/v1:StorageClass"
ATTRIBUTES = "kubernetes:storage.k8s.io/v1:VolumeAttributesClass"


def claim(**spec: Any) -> Resource:
    return resource(CLAIM, "data", spec={"resources": {"requests": {"storage": "100Gi"}}, **spec})


def named(token: str, name: str, parameters: Mapping[str, str], **more: Any) -> Resource:
    driver = {"provisioner" if token == STORAGE else "driverName": "ebs.csi.aws.com"}
    metadata = {"name": name, **more}
    return resource(token, f"{name}-{len(parameters)}", metadata=metadata, parameters=parameters, **driver)


def disks(*resources: Resource) -> dict[str, Decimal]:
    found = priced(*resources)
    assert found.cannot_price == ()
    return {line.item.removeprefix("volume "): line.quantity for line in found.lines if line.of == "ceiling"}


GP3 = named(STORAGE, "gp3", {"type": "gp3"})


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"iops": "3000"}, {"ebs-gp3-storage": 100}),
        ({"iops": "16000"}, {"ebs-gp3-storage": 100, "ebs-gp3-iops": 13000}),
        ({"throughput": "1000"}, {"ebs-gp3-storage": 100, "ebs-gp3-throughput": 875}),
        ({"type": "io2", "iops": "64000"}, {"ebs-io2-storage": 100, "ebs-io2-iops": 64000}),
    ],
)
def test_an_attributes_class_changes_the_volume(
    parameters: Mapping[str, str], expected: Mapping[str, int]
) -> None:
    fast = named(ATTRIBUTES, "fast", parameters)
    assert disks(GP3, fast, claim(storageClassName="gp3", volumeAttributesClassName="fast")) == expected


def test_an_attributes_class_that_is_not_here_is_refused_by_name() -> None:
    code, message = only_problem(priced(GP3, claim(storageClassName="gp3", volumeAttributesClassName="fast")))
    assert code == "unpriced"
    assert "'fast'" in message


def test_of_two_default_classes_the_dearer_counts() -> None:
    default = {"annotations": {"storageclass.kubernetes.io/is-default-class": "true"}}
    cheap = named(STORAGE, "a", {"type": "gp3"}, **default)
    dear = named(STORAGE, "b", {"type": "io2", "iops": "1000"}, **default)
    for order in ((cheap, dear), (dear, cheap)):
        assert disks(*order, claim()) == {"ebs-io2-storage": 100, "ebs-io2-iops": 1000}
