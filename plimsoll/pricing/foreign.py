"""Types of other providers than AWS and Kubernetes: what makes nothing that AWS bills, and what may."""

from collections.abc import Mapping

from plimsoll.graph.resource import Resource
from plimsoll.graph.types import STACK
from plimsoll.pricing.charges import Charges
from plimsoll.pricing.result import Unpriceable

_COMPONENT = "a component: its children are priced one by one"

FREE_TYPES: Mapping[str, str] = {
    STACK: "the stack itself",
    "pulumi:pulumi:StackReference": "a reading of another stack",
    "pulumi:pulumi:Stash": "a value kept in the state",
    # Custom resources of pulumi-eks; its other types are components, whose children are in the graph.
    "eks:index:RandomSuffix": "a name with a random end",
    "eks:index:VpcCni": "it configures a DaemonSet, whose pods run on nodes that are priced",
    "eks:index/vpcCni:VpcCni": "it configures a DaemonSet, whose pods run on nodes that are priced",
}

FREE_PREFIXES: Mapping[str, str] = {
    "pulumi:providers:": "a provider creates nothing itself",
    "archive:": "a file beside the program",
    "cloudinit:": "a text for the start of a machine",
    "docker:": "an image or a container on a host that exists; its registry bills by stored bytes",
    "docker-build:": "an image; its registry bills by stored bytes",
    "github:": "AWS bills nothing for it",
    "gitlab:": "AWS bills nothing for it",
    "null:": "nothing",
    "pulumiservice:": "AWS bills nothing for it",
    "random:": "a random value",
    "std:": "a function",
    "time:": "a point in time",
    "tls:": "a key or certificate kept in the state",
}

_RESOURCES_ONLY = ("aws:", "aws-native:", "azure", "command:", "gcp:", "google-native:", "kubernetes:")
"""Packages whose types are resources: one that calls itself a component is none, and may cost."""

NO_PRICE: Mapping[str, str] = {
    "gcp:": "only AWS has prices in the catalogue",
    "google-native:": "only AWS has prices in the catalogue",
    "azure": "only AWS has prices in the catalogue",
    "pulumi-python:dynamic": "a dynamic resource may create anything",
    "pulumi-nodejs:dynamic": "a dynamic resource may create anything",
    "command:": "a command may create anything; if it does not, an exemption of unpriced-cost may say so",
}
"""Why types that begin like this cannot be priced: the message for what people most often bring."""


def price_foreign(resource: Resource, charges: Charges) -> bool:
    """Know a type of another provider to be free; False where nothing is known of it.

    A component is free: its children are in the graph and are priced one by one.

    Raises:
        Unpriceable: the type may create anything, or what it creates has no price.
    """
    component = not resource.custom and not resource.type.startswith(_RESOURCES_ONLY)
    why = _free(resource.type) or (_COMPONENT if component else "")
    if why:
        charges.free(why)
        return True
    for prefix, reason in NO_PRICE.items():
        if resource.type.startswith(prefix):
            raise Unpriceable("unpriced", reason)
    return False


def _free(token: str) -> str:
    if token in FREE_TYPES:
        return FREE_TYPES[token]
    return next((why for prefix, why in FREE_PREFIXES.items() if token.startswith(prefix)), "")
