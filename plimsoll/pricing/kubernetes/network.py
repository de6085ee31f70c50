"""Services, Ingresses and Gateways make AWS load balancers."""

import re

from plimsoll.graph.resource import Resource
from plimsoll.ground.tree import shown
from plimsoll.pricing.charges import Charges
from plimsoll.pricing.index import Index
from plimsoll.pricing.inputs import inputs_of
from plimsoll.pricing.result import Unpriceable
from plimsoll.pricing.subnets import add_public_addresses, zones_of

_LB = "service.beta.kubernetes.io/aws-load-balancer-"
_NETWORK_CLASSES = ("service.k8s.aws/nlb", "eks.amazonaws.com/nlb")
_NETWORK_TYPES = ("external", "nlb", "nlb-ip")
_APPLICATION_CLASSES = ("alb", "eks-auto-alb")
_SERVICE_TYPES = ("ClusterIP", "ExternalName", "LoadBalancer", "NodePort")

_IN_CLUSTER = """
ambassador apisix caddy cilium citrix contour emissary envoy f5 gloo haproxy higress istio kong kourier nginx
openshift pomerium skipper tailscale traefik tyk voyager
"""
"""Controllers that serve Ingresses by pods behind one priced Service: words in their classes' names."""

_INGRESS_CLASS = "kubernetes:networking.k8s.io/v1:IngressClass"
_NAME = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?", re.ASCII)


def price_service(resource: Resource, index: Index, charges: Charges) -> None:
    """Price a Service: one of type LoadBalancer is a network load balancer; any other is free."""
    inputs = inputs_of(resource)
    spec = inputs["spec"]
    type_ = spec["type"].text("ClusterIP")
    if type_ not in _SERVICE_TYPES:
        raise spec["type"].fail(f"is {shown(type_)}; the types are {', '.join(_SERVICE_TYPES)}")
    if type_ != "LoadBalancer":
        charges.free("a Service without a load balancer has no charge")
        return
    annotations = inputs["metadata"]["annotations"]
    kind = spec["loadBalancerClass"].text("")
    said = annotations[_LB + "type"].text("")
    named = kind in _NETWORK_CLASSES or said in _NETWORK_TYPES
    if not named and (kind or said):
        raise Unpriceable(
            "unpriced", f"what a load balancer of the class or type {shown(kind or said)} costs is not known"
        )
    internal = (
        annotations[_LB + "scheme"].text("internal") == "internal"
        or annotations[_LB + "internal"].text("false") == "true"
    )
    if named:
        _add_balancer(resource, index, charges, "nlb-hour", internal=internal)
    else:
        add_service_balancer(resource, index, charges)


def add_service_balancer(resource: Resource, index: Index, charges: Charges) -> None:
    """Add the load balancer of a Service that names no controller: the dearer of a Classic and a network one.

    Without a class or an annotation the cluster decides, and opens it to the internet.
    """
    market = index.cluster_market(resource)
    dearest = max(("clb-hour", "nlb-hour"), key=lambda item: market.service_rate(item).usd)
    _add_balancer(resource, index, charges, dearest, internal=False)


def price_ingress(resource: Resource, index: Index, charges: Charges) -> None:
    """Price an Ingress: one for the ALB controller, or of a class that nobody knows, is a load balancer.

    Ingresses of one ALB group share a balancer; each is counted with its own.
    """
    inputs = inputs_of(resource)
    annotations = inputs["metadata"]["annotations"]
    named, annotated = inputs["spec"]["ingressClassName"], annotations["kubernetes.io/ingress.class"]
    kind = named.text("") or annotated.text("")
    if kind and not _NAME.fullmatch(kind):
        raise (annotated if named.absent else named).fail(f"is {shown(kind)}, not the name of a class")
    if kind and _served_inside(kind, index):
        charges.free("an Ingress of a controller inside the cluster, whose own Service is priced")
        return
    internal = annotations["alb.ingress.kubernetes.io/scheme"].text("internal") == "internal"
    _add_balancer(resource, index, charges, "alb-hour", internal=internal and bool(kind))


def _served_inside(kind: str, index: Index) -> bool:
    """Say whether pods of the cluster serve a class: its object's controller says so, else its name."""
    for found in index.named(kind, _INGRESS_CLASS):
        controller = inputs_of(found)["spec"]["controller"].text()
        return _names_controller(controller)
    balanced = any(name in kind for name in _APPLICATION_CLASSES)
    return not balanced and _names_controller(kind)


def _names_controller(text: str) -> bool:
    return not set(re.split(r"[/.-]", text)).isdisjoint(_IN_CLUSTER.split())


def price_gateway(resource: Resource, index: Index, charges: Charges) -> None:
    """Price a Gateway as one load balancer open to the internet, whatever controller serves it."""
    _add_balancer(resource, index, charges, "alb-hour", internal=False)


def _add_balancer(resource: Resource, index: Index, charges: Charges, item: str, *, internal: bool) -> None:
    market = index.cluster_market(resource)
    charges.add_hours("load balancer", 1, market.service_rate(item))
    if not internal:
        add_public_addresses(charges, market, zones_of(index))
