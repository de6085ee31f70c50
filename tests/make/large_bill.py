"""A large FOCUS 1.2 export as Parquet: hours of an organisation, of which a twentieth is ours.

`python -m tests.make.large_bill ROWS FILE`; 20,000,000 rows take about 2 GB and two minutes.
"""

import sys
from pathlib import Path

import duckdb

_ROWS = """
SELECT
  '123456789012' AS BillingAccountId,
  (100000000000 + h % 40)::VARCHAR AS SubAccountId,
  'USD' AS BillingCurrency,
  TIMESTAMP '2026-10-01' AS BillingPeriodStart,
  TIMESTAMP '2026-10-01' + INTERVAL (i % 744) HOUR AS ChargePeriodStart,
  TIMESTAMP '2026-10-01' + INTERVAL (i % 744 + 1) HOUR AS ChargePeriodEnd,
  CASE h % 500 WHEN 0 THEN 'Tax' WHEN 1 THEN 'Credit' ELSE 'Usage' END AS ChargeCategory,
  NULL::VARCHAR AS ChargeClass,
  'AWS' AS ProviderName,
  ['Amazon Elastic Compute Cloud', 'Amazon Simple Storage Service', 'AWS Lambda'][1 + h % 3] AS ServiceName,
  'us-east-1' AS RegionId,
  'arn:aws:ec2:us-east-1:123456789012:instance/i-' || printf('%016x%016x', h, hash(i + 7)) AS ResourceId,
  printf('%016x', hash(h % 5000)) || '.JRTCKXETXF.6YS6EN2CT7' AS SkuPriceId,
  printf('%016x', hash(h % 3000)) AS SkuId,
  'charge ' || printf('%016x%016x', hash(i + 11), hash(i + 13)) AS ChargeDescription,
  printf('%016x%016x%016x', hash(i + 17), hash(i + 19), hash(i + 23)) AS InvoiceId,
  CASE WHEN h % 7 = 0 THEN 'arn:aws:savingsplans::1:savingsplan/' || (h % 9) END AS CommitmentDiscountId,
  CASE WHEN h % 7 = 0 THEN 'Used' END AS CommitmentDiscountStatus,
  'Hours' AS ConsumedUnit,
  1.0::DOUBLE AS ConsumedQuantity,
  (h % 1000003) / 1e6 AS ListCost,
  (h % 1000003) / 1e6 * 0.85 AS EffectiveCost,
  (h % 999983) / 1e6 AS BilledCost,
  'BoxUsage:' || ['g7e.2xlarge', 'm7i.large', 'c7i.xlarge'][1 + h % 3] AS x_UsageType,
  MAP {'InstanceType': ['g7e.2xlarge', 'm7i.large', 'c7i.xlarge'][1 + h % 3]} AS SkuPriceDetails,
  CASE
    WHEN h % 20 = 0 THEN MAP {'plimsoll.dev/workload': 'chat-8b', 'team': 'platform'}
    WHEN h % 20 < 15 THEN MAP {'team': 't' || (h % 30), 'env': 'prod'}
    ELSE MAP {}::MAP(VARCHAR, VARCHAR)
  END AS Tags
FROM (SELECT i, (hash(i) >> 1)::BIGINT AS h FROM range(ROWS) AS t(i))
"""


def large_bill(path: Path, rows: int) -> Path:
    """Write the export; the same rows in every run."""
    with duckdb.connect(config={"threads": 2, "memory_limit": "1GB"}) as connection:
        connection.execute("SET preserve_insertion_order = false")
        selected = _ROWS.replace("ROWS", str(rows))
        connection.execute(f"COPY ({selected}) TO '{path}' (FORMAT parquet, COMPRESSION snappy)")
    return path


if __name__ == "__main__":
    large_bill(Path(sys.argv[2]), int(sys.argv[1]))
