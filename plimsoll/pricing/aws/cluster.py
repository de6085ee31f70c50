"""EKS clusters bill by the hour, and add-ons are free or refused."""

from plimsoll.graph.resource import Resource
from plimsoll.ground.tree import View, shown
from plimsoll.pricing.charges import CEILING, FLOOR, Charges
from plimsoll.pricing.index import Index
from plimsoll.pricing.inputs import inputs_of
from plimsoll.pricing.result import Unpriceable

FREE_ADDONS = frozenset(
    {
        "adot",
        "amazon-cloudwatch-observability",
        "aws-ebs-csi-driver",
        "aws-efs-csi-driver",
        "aws-fsx-csi-driver",
        "aws-mountpoint-s3-csi-driver",
        "aws-network-flow-monitoring-agent",
        "aws-secrets-store-csi-driver-provider",
        "cert-manager",
        "coredns",
        "eks-node-monitoring-agent",
        "eks-pod-identity-agent",
        "external-dns",
        "fluent-bit",
        "kube-proxy",
        "kube-state-metrics",
        "metrics-server",
        "prometheus-node-exporter",
        "snapshot-controller",
        "vpc-cni",
    }
)
"""Add-ons of AWS and of the community that cost nothing themselves; marketplace add-ons may carry a fee."""


def price_cluster(resource: Resource, index: Index, charges: Charges) -> None:
    """Price a control plane.

    A cluster that is not held to standard support falls into extended support when its version ages, at
    six times the price: that is its ceiling (aws.amazon.com/eks/pricing).
    """
    inputs = inputs_of(resource)
    market = index.market(resource)
    _refuse_options(inputs)
    support = inputs["upgradePolicy"]["supportType"].text("EXTENDED")
    if support not in ("STANDARD", "EXTENDED"):
        raise Unpriceable("invalid_value", f"upgradePolicy.supportType is {shown(support)}")
    standard = market.service_rate("eks-cluster-standard")
    charges.add_hours("EKS control plane", 1, standard, FLOOR)
    if support == "STANDARD":
        charges.add_hours("EKS control plane", 1, standard, CEILING)
    else:
        extended = market.service_rate("eks-cluster-extended")
        note = "may fall into extended support; set upgradePolicy.supportType to STANDARD"
        charges.add_hours("EKS control plane", 1, extended, CEILING, note)
    _auto_mode(inputs["computeConfig"], charges)


def _refuse_options(inputs: View) -> None:
    if inputs["controlPlaneScalingConfig"]["tier"].text("standard") != "standard":
        raise Unpriceable("unpriced", "provisioned control planes have no price in the catalogue")
    if not inputs["remoteNetworkConfig"].absent:
        raise Unpriceable("unpriced", "hybrid nodes are billed by vCPU, at a price not in the catalogue")
    if not inputs["outpostConfig"].absent:
        raise Unpriceable("unpriced", "clusters on Outposts have no price in the catalogue")


def _auto_mode(compute: View, charges: Charges) -> None:
    """Refuse Auto Mode's built-in pools; pools of one's own are priced with the fee, one by one."""
    if compute.absent or not compute["enabled"].flag(default=False):
        return
    pools = [view.text() for view in compute["nodePools"].items()]
    if pools:
        charges.cannot("unlimited", f"Auto Mode's built-in pools ({', '.join(sorted(pools))}) have no limits")


def price_addon(resource: Resource, _index: Index, charges: Charges) -> None:
    """Know an add-on to be free, or refuse it."""
    name = inputs_of(resource)["addonName"].text()
    if name not in FREE_ADDONS:
        raise Unpriceable(
            "unpriced", f"the add-on {shown(name)} is not known to be free; marketplace add-ons carry fees"
        )
    charges.free("an EKS add-on without a fee: its pods run on nodes that are priced")
