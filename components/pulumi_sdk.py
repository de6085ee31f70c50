"""Every resource is registered by a type token and a plain mapping of inputs.

The typed SDK classes of `aws.ec2` and `core.v1` cost more start-up time than the whole of Plimsoll
(their modules hold tens of thousands of lines that load on first touch). The registered resource is
the same: `tests/claims/test_aws_inputs_fit_the_sdk.py` checks every input against those classes.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.metadata import version
from typing import Any

import pulumi

from components.all_or_nothing import collect


@cache
def plugin_version(distribution: str) -> str:
    """Read which provider plugin the lock file pins; the engine is asked to load that one."""
    return version(distribution)


class AwsResource(pulumi.CustomResource):
    """An AWS resource is registered by its type token, `ec2/vpc:Vpc` for `aws:ec2/vpc:Vpc`.

    `computed` names the outputs that the caller wants to read with `output`.
    """

    def __init__(
        self,
        token: str,
        name: str,
        inputs: Mapping[str, Any],
        opts: pulumi.ResourceOptions,
        computed: Sequence[str] = (),
    ) -> None:
        props = dict.fromkeys(computed) | dict(inputs)
        pinned = pulumi.ResourceOptions(version=plugin_version("pulumi-aws"))
        super().__init__(f"aws:{token}", name, props, pulumi.ResourceOptions.merge(opts, pinned))

    def output(self, name: str) -> "pulumi.Output[Any]":
        """Return an output property, under the provider's own (camelCase) name."""
        return self.__dict__[name]


class KubernetesObject(pulumi.CustomResource):
    """A Kubernetes object is registered as it is; a custom resource is no different from a built-in kind."""

    def __init__(self, name: str, manifest: Mapping[str, Any], opts: pulumi.ResourceOptions) -> None:
        collect(manifest)
        group = manifest["apiVersion"]
        group = group if "/" in group else f"core/{group}"
        token = f"kubernetes:{group}:{manifest['kind']}"
        pinned = pulumi.ResourceOptions(version=plugin_version("pulumi-kubernetes"))
        super().__init__(token, name, dict(manifest), pulumi.ResourceOptions.merge(opts, pinned))


class HelmRelease(pulumi.CustomResource):
    """A Helm chart is installed with Helm's own semantics; its values stay visible to policies."""

    def __init__(self, name: str, inputs: Mapping[str, Any], opts: pulumi.ResourceOptions) -> None:
        pinned = pulumi.ResourceOptions(version=plugin_version("pulumi-kubernetes"))
        super().__init__(
            "kubernetes:helm.sh/v3:Release", name, dict(inputs), pulumi.ResourceOptions.merge(opts, pinned)
        )


def aws_provider(name: str, region: str, opts: pulumi.ResourceOptions) -> pulumi.ProviderResource:
    """Register an explicit AWS provider: no ambient region or profile decides where things are built."""
    pinned = pulumi.ResourceOptions(version=plugin_version("pulumi-aws"))
    merged = pulumi.ResourceOptions.merge(opts, pinned)
    return pulumi.ProviderResource("aws", name, {"region": region}, merged)


def kubernetes_provider(
    name: str, cluster: str, kubeconfig: "pulumi.Input[str]", opts: pulumi.ResourceOptions
) -> pulumi.ProviderResource:
    """Register an explicit Kubernetes provider; the ambient kubeconfig is never used.

    `clusterIdentifier` keeps a changed kubeconfig (rotated certificate) from replacing every object.
    """
    inputs = {"kubeconfig": pulumi.Output.secret(kubeconfig), "clusterIdentifier": cluster}
    pinned = pulumi.ResourceOptions(version=plugin_version("pulumi-kubernetes"))
    return pulumi.ProviderResource("kubernetes", name, inputs, pulumi.ResourceOptions.merge(opts, pinned))


def children(
    parent: pulumi.Resource,
    provider: pulumi.ProviderResource | None = None,
    depends_on: Sequence[pulumi.Resource] = (),
    **options: Any,  # noqa: ANN401 - passed through to ResourceOptions
) -> pulumi.ResourceOptions:
    """Make the options of a component's child."""
    return pulumi.ResourceOptions(
        parent=parent, provider=provider, depends_on=list(depends_on) or None, **options
    )
