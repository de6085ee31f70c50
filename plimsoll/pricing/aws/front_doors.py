"""The front doors of a service: distributions, API stages, firewalls of web applications.

Requests and traffic bill by use. Source: the pricing pages of AWS WAF, API Gateway and CloudFront.
"""

from plimsoll.graph.resource import Resource
from plimsoll.ground.tree import View, shown
from plimsoll.pricing.charges import Charges
from plimsoll.pricing.index import Index
from plimsoll.pricing.inputs import inputs_of
from plimsoll.pricing.result import Unpriceable

PAID_RULES = ("BotControl", "ATPRuleSet", "ACFPRuleSet", "AntiDDoS")
"""Parts of the names of AWS's managed rule groups that carry a fee of their own."""


def price_distribution(resource: Resource, _index: Index, charges: Charges) -> None:
    """Know a distribution to bill by use, unless it has addresses of its own."""
    method = inputs_of(resource)["viewerCertificate"]["sslSupportMethod"]
    if not method.absent and method.text() != "sni-only":
        raise Unpriceable(
            "unpriced",
            f"sslSupportMethod {shown(method.value)} bills by the month, at a price not in the catalogue",
        )
    charges.by_use("GB out and requests")


def price_stage(resource: Resource, index: Index, charges: Charges) -> None:
    """Price the cache of an API's stage; a stage without one costs nothing."""
    inputs = inputs_of(resource)
    if not inputs["cacheClusterEnabled"].flag(default=False):
        charges.free("a stage without a cache has no charge; its API bills requests")
        return
    size = str(inputs["cacheClusterSize"].required().value)
    rate = index.market(resource).service_rate(f"apigateway-cache-{size[:10]}")
    charges.add_hours(f"stage cache {size[:10]} GB", 1, rate)


def price_web_acl(resource: Resource, index: Index, charges: Charges) -> None:
    """Price a web ACL and its rules."""
    charges.add("web ACL", 1, index.market(resource).service_rate("waf-web-acl"))
    price_rules(resource, index, charges)


def price_rules(resource: Resource, index: Index, charges: Charges) -> None:
    """Price the rules of a web ACL or of a rule group; managed ones with a fee of their own are refused."""
    inputs = inputs_of(resource)
    if not inputs["ruleJson"].absent or not inputs["rulesJson"].absent:
        raise Unpriceable("unpriced", "rules given as JSON text are not counted; give them as rules")
    rules = inputs["rules"].items()
    for rule in rules:
        _refuse_paid(rule["statement"]["managedRuleGroupStatement"])
    if rules:
        charges.add("rules", len(rules), index.market(resource).service_rate("waf-rule"))
    charges.free("a group without rules has no charge")


def price_rule(resource: Resource, index: Index, charges: Charges) -> None:
    """Price one more rule, or group of rules, of a web ACL that stands elsewhere in the program."""
    inputs = inputs_of(resource)
    for managed in (inputs["statement"]["managedRuleGroupStatement"], inputs["managedRuleGroup"]):
        _refuse_paid(managed)
    charges.add("rules", 1, index.market(resource).service_rate("waf-rule"))


def _refuse_paid(managed: View) -> None:
    if managed.absent:
        return
    name, vendor = managed["name"].text(), managed["vendorName"].text("AWS")
    if vendor != "AWS" or any(part in name for part in PAID_RULES):
        raise Unpriceable(
            "unpriced", f"the managed rules {shown(name)} carry a fee that is not in the catalogue"
        )
