"""Root volumes that nobody sizes: published by the image's owner, or refused."""

from typing import Any

import pytest

from plimsoll.pricing.result import Priced
from tests.make.graphs import resource
from tests.make.prices import only_problem, priced

NODE = [{"key": "kubernetes.io/cluster/c", "value": "owned", "propagateAtLaunch": True}]


def group(image: str, tags: Any = None) -> Priced:
    template = resource(
        "aws:ec2/launchTemplate:LaunchTemplate", "lt", name="lt", imageId=image, instanceType="t3.medium"
    )
    of_it = resource(
        "aws:autoscaling/group:Group",
        "g",
        minSize=0,
        maxSize=2,
        launchTemplate={"name": "lt"},
        tags=tags or [],
    )
    return priced(template, of_it)


@pytest.mark.parametrize(
    ("image", "tags", "gib"),
    [
        ("ami-1", NODE, 20),
        (
            "resolve:ssm:/aws/service/eks/optimized-ami/1.34/amazon-linux-2023/x86_64/standard/recommended/image_id",
            None,
            20,
        ),
        ("resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64", None, 8),
        ("resolve:ssm:/aws/service/bottlerocket/aws-k8s-1.34/x86_64/latest/image_id", None, 22),
    ],
)
def test_a_published_size_is_billed_and_said(image: str, tags: Any, gib: int) -> None:
    (line,) = (line for line in group(image, tags).lines if line.item.startswith("volumes"))
    assert line.quantity == 2 * gib
    assert f"{gib} GiB" in line.note


@pytest.mark.parametrize("image", ["ami-1", "resolve:ssm:/my/own/image", "resolve:ssm:/aws/service/ecs/x"])
def test_another_image_may_be_of_any_size(image: str) -> None:
    code, message = only_problem(group(image))
    assert code == "unpriced"
    assert "volumeSize" in message
