"""A stack's settings are its configuration, read once, checked in full, and frozen."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from components.cluster.access import ExistingCluster
from components.cluster.addons import Switches
from components.cluster.cluster import KUBERNETES_VERSION
from components.nodes.maker import NODE_MAKERS, NodeMaker
from components.stack.values import BOOLEANS, STRINGS, Reading
from plimsoll.ground.problems import Problem, SpecError, nearest
from plimsoll.objects.tags import LABEL, SHARED, TAG_KEYS, TAGS_MAX, CostTags, label_problem, tag_problem

MAPPINGS = ("budget", "cluster", "images", "metricQueries", "monitorLabels", "queues", "tags")
KEYS = tuple(sorted((*STRINGS, *BOOLEANS, *MAPPINGS, "set", "workloads")))
"""Every configuration key of the project; Pulumi.yaml declares the same ones."""

CLUSTER_KEYS = {
    "create": bool,
    "name": str,
    "version": str,
    "zones": list,
    "subnetIds": list,
    "admins": list,
    "publicAccessCidrs": list,
    "endpoint": str,
    "certificateAuthority": str,
    "nodeRole": str,
    "nodeRoleArn": str,
    "securityGroupId": str,
}
BUDGET_KEYS = {"usdPerMonth": str, "emails": list, "thresholdsPercent": list}
AMOUNT = re.compile(r"[0-9]{1,13}(\.[0-9]{1,2})?")
CLUSTER_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
"""EKS allows 100 characters; IAM allows 64, and role names are the cluster's with a suffix."""

ZONES = {"ap-northeast-1": "acd", "ca-central-1": "abd", "us-west-1": "ac"}
"""Regions where the first three letters are not the three usual zones; `cluster.zones` overrides."""


@dataclass(frozen=True, slots=True)
class ClusterSettings:
    """The `cluster` mapping describes a cluster to create, or one to use."""

    create: bool
    name: str
    version: str
    zones: Sequence[str]
    subnet_ids: Sequence[str]
    admins: Sequence[str]
    public_access_cidrs: Sequence[str]
    existing: ExistingCluster | None
    security_group_id: str = ""


@dataclass(frozen=True, slots=True)
class BudgetSettings:
    """The `budget` mapping sets a limit for the stack, who is told, and at which percentages.

    The limit holds in every preview; AWS Budgets are made only where somebody is told.
    """

    usd_per_month: str
    emails: Sequence[str]
    thresholds_percent: Sequence[int]


@dataclass(frozen=True, slots=True)
class Settings:
    """A stack decides all of this. Secrets are not in it: they stay Pulumi outputs."""

    region: str
    environment: str
    maker: NodeMaker
    workloads: Sequence[str]
    overrides: Sequence[str]
    cluster: ClusterSettings
    switches: Switches
    budget: BudgetSettings
    tags: Mapping[str, str]
    prometheus_url: str
    gateway_query: str
    metric_queries: Mapping[str, str]
    images: Mapping[str, str]
    queues: Mapping[str, str]
    prices: str | None
    prices_on: str | None
    discounts: str | None
    calibration: str | None
    portfolio: str | None
    activate_cost_tags: bool
    create_spot_role: bool
    allow_unlocked: bool
    require_lock: bool
    observability: bool
    monitor_labels: Mapping[str, str]

    def cost_tags(self, workload: str, owner: Mapping[str, Any]) -> CostTags:
        """Tag one workload: its owner comes first, then what the stack says.

        Raises:
            SpecError: team or cost centre is in neither.
        """
        payer = {
            "team": owner.get("team") or self.tags.get("team", ""),
            "cost-center": owner.get("cost_center") or self.tags.get("cost-center", ""),
        }
        missing = [_unpaid(key, workload) for key, value in payer.items() if not value]
        if missing:
            raise SpecError(missing)
        extra = {key: value for key, value in self.tags.items() if key not in TAG_KEYS}
        environment = owner.get("environment") or self.environment
        return CostTags(payer["team"], payer["cost-center"], environment, workload, extra)


def _unpaid(key: str, workload: str) -> Problem:
    field_name = f"owner.{key.replace('-', '_')}"
    stack = f"tags.{key} in the stack"
    return Problem(
        what=f"nobody says which {key} pays" + (" for what is shared" if workload == SHARED else ""),
        why="every billable resource carries the whole taxonomy",
        fix=f"set {stack}" if workload == SHARED else f"set {field_name} in the spec, or {stack}",
        path=f"tags.{key}" if workload == SHARED else f"{workload}.{field_name}",
    )


def read_settings(raw: Mapping[str, str]) -> Settings:
    """Read the configuration from its text values (lists and mappings as JSON, as Pulumi stores them).

    Raises:
        SpecError: Everything that is wrong with it; each problem's `path` is a configuration key.
    """
    reading = Reading(raw)
    for key in raw:
        if key not in KEYS:
            reading.refuse(key, f"unknown key {key!r}", fix=nearest(key, KEYS) or f"keys: {', '.join(KEYS)}")
    settings = Settings(
        region=reading.text("region"),
        environment=_environment(reading),
        maker=_maker(reading),
        workloads=_workloads(reading),
        overrides=_overrides(reading),
        cluster=_cluster(reading),
        switches=_switches(reading),
        budget=_budget(reading),
        tags=_tags(reading),
        prometheus_url=reading.text("prometheusUrl"),
        gateway_query=reading.text("gatewayQuery"),
        metric_queries=reading.texts("metricQueries"),
        images=reading.texts("images"),
        queues=reading.texts("queues"),
        prices=reading.text("prices") or None,
        prices_on=reading.text("pricesOn") or None,
        discounts=reading.text("discounts") or None,
        calibration=reading.text("calibration") or None,
        portfolio=reading.text("portfolio") or None,
        activate_cost_tags=reading.boolean("activateCostTags"),
        create_spot_role=reading.boolean("createSpotRole"),
        allow_unlocked=reading.boolean("allowUnlocked"),
        require_lock=reading.boolean("requireLock"),
        observability=reading.boolean("observability"),
        monitor_labels=_monitor_labels(reading),
    )
    if reading.problems:
        raise SpecError(reading.problems)
    return settings


def _tags(reading: Reading) -> dict[str, str]:
    tags = reading.texts("tags")
    for key, value in tags.items():
        problem = tag_problem(key, value)
        if problem:
            reading.refuse(f"tags.{key}", *problem)
        elif key in TAG_KEYS and not LABEL.fullmatch(value):
            reading.refuse(f"tags.{key}", f"{value!r} is no label value", "it becomes a Kubernetes label too")
    if len(tags) > TAGS_MAX:
        reading.refuse("tags", f"{len(tags)} tags", f"AWS allows 50, ours included; keep to {TAGS_MAX}")
    return tags


def _monitor_labels(reading: Reading) -> dict[str, str]:
    labels = reading.texts("monitorLabels")
    for key, value in labels.items():
        if (problem := label_problem(key, value)) is not None:
            reading.refuse(f"monitorLabels.{key}", *problem)
    return labels


def _environment(reading: Reading) -> str:
    environment = reading.text("environment")
    if not LABEL.fullmatch(environment):
        reading.refuse("environment", f"{environment!r} is no label value", "it becomes a Kubernetes label")
    return environment


def _maker(reading: Reading) -> NodeMaker:
    nodes = reading.text("nodes")
    if nodes not in NODE_MAKERS:
        known = list(NODE_MAKERS)
        fix = nearest(nodes, known) or f"one of {', '.join(known)}"
        reading.refuse("nodes", f"{nodes!r} is no way to make nodes", fix=fix)
    return _named_maker(reading)


def _named_maker(reading: Reading) -> NodeMaker:
    """Read on with the default where the name is wrong, so that other mistakes are seen too."""
    return NODE_MAKERS.get(reading.text("nodes")) or NODE_MAKERS[STRINGS["nodes"]]


def _overrides(reading: Reading) -> list[str]:
    """Read what every spec is read as if it said; what is wrong with a value is said with the spec."""
    said = reading.items("set")
    wrong = [item for item in said if not isinstance(item, str)]
    if wrong:
        reading.refuse("set", f"{wrong[0]!r} is no PATH=VALUE", fix="write each as text: [load.qps=10]")
    return [item for item in said if isinstance(item, str)]


def _workloads(reading: Reading) -> list[str]:
    specs = reading.items("workloads")
    wrong = [item for item in specs if not isinstance(item, str)]
    if wrong:
        reading.refuse("workloads", f"{wrong[0]!r} is not the path of a spec")
    elif not specs and not any(problem.path == "workloads" for problem in reading.problems):
        reading.refuse(
            "workloads",
            "no workload is listed",
            "a stack without one has nothing to size or price",
            "list spec files, relative to the project: [workloads/support-chat.yaml]",
        )
    return [str(item) for item in specs]


def _switches(reading: Reading) -> Switches:
    theirs = _named_maker(reading).brings_device_plugin
    return Switches(
        device_plugin=reading.boolean("devicePlugin") and not theirs,
        dcgm=reading.boolean("dcgm"),
        keda=reading.boolean("keda"),
        prometheus=reading.boolean("prometheus"),
        open_cost=reading.boolean("openCost"),
        leader_worker_set=reading.boolean("leaderWorkerSet"),
        kueue=reading.boolean("kueue"),
        job_set=reading.boolean("jobSet"),
    )


def _checked(reading: Reading, key: str, kinds: Mapping[str, Callable[..., Any]]) -> dict[str, Any]:
    written = reading.mapping(key)
    for name, value in written.items():
        kind = kinds.get(name)
        if kind is None:
            fix = nearest(name, list(kinds)) or f"keys: {', '.join(sorted(kinds))}"
            reading.refuse(f"{key}.{name}", f"unknown key {name!r}", fix=fix)
        elif kind is str and not isinstance(value, str | int | float):
            reading.refuse(f"{key}.{name}", f"{value!r} is not text", fix="quote it")
        elif kind in (bool, list) and not isinstance(value, cast("type", kind)):
            shape = "true or false" if kind is bool else "a list"
            reading.refuse(f"{key}.{name}", f"{value!r} is not {shape}")
    return written


def _cluster(reading: Reading) -> ClusterSettings:
    written = _checked(reading, "cluster", CLUSTER_KEYS)
    region = reading.text("region")
    create = written.get("create", True) is True
    name = str(written.get("name") or "plimsoll")
    letters = ZONES.get(region, "abc")
    _check_cluster(reading, written, name)
    return ClusterSettings(
        create=create,
        name=name,
        version=str(written.get("version") or KUBERNETES_VERSION),
        zones=written.get("zones") or [f"{region}{letter}" for letter in letters],
        subnet_ids=written.get("subnetIds") or (),
        admins=written.get("admins") or (),
        public_access_cidrs=written.get("publicAccessCidrs") or (),
        existing=None if create else _existing(reading, written, name, region),
        security_group_id=str(written.get("securityGroupId", "")),
    )


def _check_cluster(reading: Reading, written: Mapping[str, Any], name: str) -> None:
    if not CLUSTER_NAME.fullmatch(name):
        why = "letters, digits, - and _, at most 40: IAM role names are made from it"
        reading.refuse("cluster.name", f"{name!r} is no cluster name", why)
    zones = written.get("zones")
    if isinstance(zones, list) and len(cast("list[str]", zones)) not in (2, 3):
        reading.refuse(
            "cluster.zones", "give two or three zones", "EKS needs two; the network has room for three"
        )
    subnets = written.get("subnetIds")
    if isinstance(subnets, list) and len(cast("list[str]", subnets)) == 1:
        reading.refuse("cluster.subnetIds", "one subnet is one zone", "EKS needs two", "name another subnet")


def _existing(reading: Reading, written: Mapping[str, Any], name: str, region: str) -> ExistingCluster:
    theirs = _named_maker(reading).needed_of_existing
    for key in ("name", "endpoint", "certificateAuthority", "nodeRole", *theirs):
        if not written.get(key):
            reading.refuse(
                f"cluster.{key}",
                f"an existing cluster needs {key}",
                "nothing is looked up, so that a preview needs no credentials",
                f"aws eks describe-cluster --name {name} --region {region}",
            )
    return ExistingCluster(
        name=name,
        region=region,
        endpoint=str(written.get("endpoint", "")),
        certificate_authority=str(written.get("certificateAuthority", "")),
        node_role=str(written.get("nodeRole", "")),
        node_role_arn=str(written.get("nodeRoleArn", "")),
        subnet_ids=written.get("subnetIds") or (),
    )


def _budget(reading: Reading) -> BudgetSettings:
    written = _checked(reading, "budget", BUDGET_KEYS)
    limit = written.get("usdPerMonth")
    text = "" if limit is None else str(limit)
    if text and not AMOUNT.fullmatch(text):
        reading.refuse("budget.usdPerMonth", f"{text!r} is not an amount of US dollars", fix='write "45000"')
    return BudgetSettings(text, written.get("emails") or (), written.get("thresholdsPercent") or (80, 100))
