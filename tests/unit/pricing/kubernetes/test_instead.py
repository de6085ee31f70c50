"""Kinds that stand for other objects are told what to give; no other kind is taken for one."""

import pytest

from plimsoll.pricing.kubernetes.instead import instead
from tests.make.graphs import resource


@pytest.mark.parametrize(
    ("token", "says"),
    [
        ("kubernetes:karpenter.sh/v1alpha5:Provisioner", "convert it to a NodePool"),
        ("kubernetes:argoproj.io/v1alpha1:Application", "argocd app manifests"),
        ("kubernetes:helm.toolkit.fluxcd.io/v2beta1:HelmRelease", "helm template"),
        ("kubernetes:s3.aws.upbound.io/v1beta1:Bucket", "Crossplane"),
        ("kubernetes:eks.services.k8s.aws/v1alpha1:Cluster", "AWS Controllers for Kubernetes"),
    ],
)
def test_it_says_what_to_give(token: str, says: str) -> None:
    assert says in instead(resource(token))


@pytest.mark.parametrize(
    "token",
    [
        "kubernetes:argoproj.io/v1alpha1:Workflow",
        "kubernetes:karpenter.sh/v1:NodePool",
        "kubernetes:vpcresources.k8s.aws/v1beta1:SecurityGroupPolicy",
        "kubernetes:notcrossplane.io/v1:A",
        "kubernetes:apps/v1:Deployment",
        "aws:ec2/instance:Instance",
    ],
)
def test_it_is_silent_about_the_rest(token: str) -> None:
    assert instead(resource(token)) == ""
