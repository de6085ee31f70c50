"""A stream bills its shards by the hour, or itself where it grows on demand; records bill by use.

Source: aws.amazon.com/kinesis/data-streams/pricing.
"""

from plimsoll.graph.resource import Resource
from plimsoll.pricing.charges import Charges
from plimsoll.pricing.index import Index
from plimsoll.pricing.inputs import inputs_of
from plimsoll.pricing.result import Unpriceable

INCLUDED_HOURS = 24
"""Hours for which records are kept without a further charge."""

ALL_METRICS = 7
"""Metrics that a shard reports where all are switched on. Source: Kinesis developer guide."""


def price_stream(resource: Resource, index: Index, charges: Charges) -> None:
    """Price a stream: shards and their metrics, or one stream on demand."""
    inputs, market = inputs_of(resource), index.market(resource)
    if inputs["retentionPeriod"].count(INCLUDED_HOURS) > INCLUDED_HOURS:
        raise Unpriceable("unpriced", f"records kept longer than {INCLUDED_HOURS} hours have no price here")
    if not inputs["warmThroughputMibPs"].absent:
        raise Unpriceable("unpriced", "warm throughput of a stream has no price in the catalogue")
    metrics = [each.text() for each in inputs["shardLevelMetrics"].items()]
    if inputs["streamModeDetails"]["streamMode"].text("PROVISIONED") == "ON_DEMAND":
        charges.add_hours("stream on demand", 1, market.service_rate("kinesis-ondemand-stream"))
        if metrics:
            raise Unpriceable("unlimited", "metrics of shards bill per shard, and nothing bounds the shards")
        return
    shards = inputs["shardCount"].required().count(least=1)
    charges.add_hours("shards", shards, market.service_rate("kinesis-shard"))
    count = ALL_METRICS if "ALL" in metrics else len(metrics)
    charges.add("metrics of shards", shards * count, market.service_rate("cloudwatch-custom-metric"))
