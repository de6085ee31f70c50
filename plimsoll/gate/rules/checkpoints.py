"""This rule looks at where runs save their work: what nobody deletes is paid for ever."""

from collections.abc import Iterator

from plimsoll.gate.case import Case
from plimsoll.gate.rule import Config, Finding, Rule
from plimsoll.gate.rules.pods import containers
from plimsoll.gate.rules.spot_pods import CHECKPOINT_DIR
from plimsoll.graph.resource import Resource
from plimsoll.ground.tree import list_at, mapping_at

_BUCKETS = ("aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2")
_LIFECYCLES = (
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2",
)


def _endless(resource: Resource, case: Case, config: Config) -> Iterator[Finding]:
    del config
    if resource.type not in _BUCKETS or list_at(resource.inputs, "lifecycleRules"):
        return
    name = resource.inputs.get("bucket")
    if not isinstance(name, str) or name not in _saved_to(case):
        return
    if not any(_bounds(each, resource) for each in case.created() if each.type in _LIFECYCLES):
        message = f"runs save to {name} and no lifecycle rule deletes anything, so its bill only grows"
        yield Finding("no_lifecycle", resource.urn, message)


def _bounds(rules: Resource, bucket: Resource) -> bool:
    of = rules.inputs.get("bucket")
    return of == bucket.inputs.get("bucket") or bucket.urn in rules.dependencies


def _saved_to(case: Case) -> set[str]:
    """Collect the buckets that containers are told to save to."""
    found: set[str] = set()
    for resource in case.created():
        for container in containers(resource):
            for variable in list_at(container.value, "env"):
                entry = mapping_at(variable)
                value = entry.get("value")
                if entry.get("name") == CHECKPOINT_DIR and isinstance(value, str):
                    found.add(value.removeprefix("s3://").partition("/")[0])
    return found


NO_LIFECYCLE = Rule(
    name="no-lifecycle",
    description="Storage of checkpoints has a rule that ends it.",
    level="advisory",
    severity="low",
    remediation="Give the bucket a lifecycle rule that expires what runs leave.",
    each=_endless,
)
