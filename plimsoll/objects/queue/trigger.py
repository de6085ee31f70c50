"""A trigger asks one broker how many tasks there are, as somebody who may: one queue, one trigger."""

from collections.abc import Callable, Mapping

from plimsoll.ground.start_up import record
from plimsoll.objects.cluster import ClusterFacts, Object
from plimsoll.plan.plan import Plan
from plimsoll.sizing.work.base import Queueing

NAME = "queue"
"""The name of a trigger, by which a formula calls it; of its authentication, and of the Secret it reads."""

PODS = "AverageValue"
"""Every metric is tasks for each worker."""

_MANAGED = ".amazonaws.com"
"""In the address of a managed broker, to which AWS's identities open."""


@record
class AskedQueue:
    """A trigger asks about this queue: where its broker is, what it is called there, what to hold."""

    address: str
    name: str
    region: str
    queue: Queueing

    @property
    def target(self) -> str:
        """Tasks for each worker."""
        return str(self.queue.target_per_worker)

    @property
    def managed(self) -> bool:
        """Whether AWS runs the broker."""
        return _MANAGED in self.address


def asked(plan: Plan, queue: Queueing, cluster: ClusterFacts) -> AskedQueue:
    """Say which queue a workload has: the stack's `queues.<workload>`, or what is conventional.

    It is `ADDRESS/NAME`; of SQS a queue's name or its URL, of RabbitMQ a name, since its host is secret.
    """
    said, workload = cluster.queues.get(cluster.workload, ""), cluster.workload
    if queue.type in ("sqs", "rabbitmq"):
        return AskedQueue("", said or workload, plan.chosen.region, queue)
    address, _, name = said.rpartition("/") if "/" in said else (said, "", "")
    host, port = _HOSTS[queue.type]
    return AskedQueue(address or f"{host}.{workload}.svc:{port}", name or workload, plan.chosen.region, queue)


def queue_arn(plan: Plan, cluster: ClusterFacts) -> str | None:
    """Name an SQS queue in AWS's policies, in whatever account it is; None for other brokers."""
    if plan.queue is None or plan.queue.type != "sqs":
        return None
    name = asked(plan, plan.queue, cluster).name.rpartition("/")[2]
    return f"arn:aws:sqs:{plan.chosen.region}:*:{name}"


_HOSTS = {"redis": ("redis", 6379), "redis_streams": ("redis", 6379), "kafka": ("kafka", 9092)}


def trigger(plan: Plan, queue: Queueing, cluster: ClusterFacts) -> Object:
    """Write the trigger of a workload's queue."""
    about = asked(plan, queue, cluster)
    made: Object = {
        "type": _TYPES[queue.type],
        "name": NAME,
        "metricType": PODS,
        "metadata": _METADATA[queue.type](about),
    }
    if authentication(plan, queue, cluster) is not None:
        made["authenticationRef"] = {"name": NAME}
    return made


def authentication(plan: Plan, queue: Queueing, cluster: ClusterFacts) -> Object | None:
    """Write how KEDA may ask: by its identity in AWS or a Secret of the namespace; None if anybody may."""
    about = asked(plan, queue, cluster)
    by_identity: Object = {"podIdentity": {"provider": "aws"}}
    spec: Object | None = {
        "sqs": by_identity,
        "redis": _secret("password"),
        "redis_streams": _secret("password"),
        "rabbitmq": _secret("host"),
        "kafka": by_identity if about.managed else None,
    }[queue.type]
    if spec is None:
        return None
    return {
        "apiVersion": "keda.sh/v1alpha1",
        "kind": "TriggerAuthentication",
        "metadata": {"name": NAME, "namespace": cluster.workload, "labels": cluster.tags.labels()},
        "spec": spec,
    }


def _secret(key: str) -> Object:
    return {"secretTargetRef": [{"parameter": key, "name": NAME, "key": key}]}


_TYPES = {
    "sqs": "aws-sqs-queue",
    "redis": "redis",
    "redis_streams": "redis-streams",
    "rabbitmq": "rabbitmq",
    "kafka": "kafka",
}
"""KEDA's names of what a spec calls a queue."""


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _sqs(about: AskedQueue) -> dict[str, str]:
    return {
        "queueURL": about.name,
        "queueLength": about.target,
        "activationQueueLength": "0",
        "awsRegion": about.region,
        "scaleOnInFlight": _flag(about.queue.in_flight_counted),
        "scaleOnDelayed": "false",
    }


def _redis(about: AskedQueue) -> dict[str, str]:
    return {
        "address": about.address,
        "listName": about.name,
        "listLength": about.target,
        "activationListLength": "0",
    }


def _redis_streams(about: AskedQueue) -> dict[str, str]:
    # Of the three counts only the lag of a group reaches zero (Redis 7 and newer).
    return {
        "address": about.address,
        "stream": about.name,
        "consumerGroup": about.name,
        "lagCount": about.target,
        "activationLagCount": "0",
    }


def _rabbitmq(about: AskedQueue) -> dict[str, str]:
    # Unacknowledged messages are told by the HTTP API alone.
    return {
        "protocol": "http",
        "queueName": about.name,
        "mode": "QueueLength",
        "value": about.target,
        "activationValue": "0",
        "excludeUnacknowledged": _flag(not about.queue.in_flight_counted),
    }


def _kafka(about: AskedQueue) -> dict[str, str]:
    told = {
        "bootstrapServers": about.address,
        "topic": about.name,
        "consumerGroup": about.name,
        "lagThreshold": about.target,
        "activationLagThreshold": "0",
        "offsetResetPolicy": "earliest",
    }
    by_identity = {
        "sasl": "oauthbearer",
        "saslTokenProvider": "aws_msk_iam",
        "tls": "enable",
        "awsRegion": about.region,
    }
    return told | by_identity if about.managed else told


_METADATA: Mapping[str, Callable[[AskedQueue], dict[str, str]]] = {
    "sqs": _sqs,
    "redis": _redis,
    "redis_streams": _redis_streams,
    "rabbitmq": _rabbitmq,
    "kafka": _kafka,
}
