"""A large export as Parquet, FOCUS 1.2 or CUR 2.0: hours of an organisation, of which a twentieth is ours.

`python -m tests.make.large_bill KIND ROWS FILE`; 20,000,000 rows of FOCUS take about 2 GB and two minutes.
`focus-without-meter` has no column that says what was counted: only sentences, each another.
"""

import sys
from pathlib import Path

import duckdb

_FOCUS = """
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

_CUR = """
SELECT
  printf('%016x%016x%016x', hash(i + 17), hash(i + 19), hash(i + 23)) AS identity_line_item_id,
  '2026-10-01T00:00:00Z/2026-11-01T00:00:00Z' AS identity_time_interval,
  TIMESTAMP '2026-10-01' AS bill_billing_period_start_date,
  (100000000000 + h % 40)::VARCHAR AS line_item_usage_account_id,
  'USD' AS line_item_currency_code,
  TIMESTAMP '2026-10-01' + INTERVAL (i % 744) HOUR AS line_item_usage_start_date,
  TIMESTAMP '2026-10-01' + INTERVAL (i % 744 + 1) HOUR AS line_item_usage_end_date,
  CASE WHEN h % 500 = 0 THEN 'Tax' WHEN h % 500 = 1 THEN 'Credit'
    WHEN h % 7 = 0 THEN 'SavingsPlanCoveredUsage' ELSE 'Usage' END AS line_item_line_item_type,
  ['AmazonEC2', 'AmazonS3', 'AWSLambda'][1 + h % 3] AS line_item_product_code,
  'i-' || printf('%016x%016x', h, hash(i + 7)) AS line_item_resource_id,
  'charge ' || printf('%016x%016x', hash(i + 11), hash(i + 13)) AS line_item_line_item_description,
  'BoxUsage:' || ['g7e.2xlarge', 'm7i.large', 'c7i.xlarge'][1 + h % 3] AS line_item_usage_type,
  'Hrs' AS pricing_unit,
  1.0::DOUBLE AS line_item_usage_amount,
  (h % 999983) / 1e6 AS line_item_unblended_cost,
  (h % 1000003) / 1e6 AS pricing_public_on_demand_cost,
  (h % 1000003) / 1e6 * 0.6 AS savings_plan_savings_plan_effective_cost,
  ['g7e.2xlarge', 'm7i.large', 'c7i.xlarge'][1 + h % 3] AS product_instance_type,
  CASE
    WHEN h % 20 = 0 THEN MAP {'user_plimsoll_dev_workload': 'chat-8b', 'user_team': 'platform'}
    WHEN h % 20 < 15 THEN MAP {'user_team': 't' || (h % 30), 'user_env': 'prod'}
    ELSE MAP {}::MAP(VARCHAR, VARCHAR)
  END AS resource_tags
FROM (SELECT i, (hash(i) >> 1)::BIGINT AS h FROM range(ROWS) AS t(i))
"""

KINDS = {
    "focus": _FOCUS,
    "cur": _CUR,
    "focus-without-meter": f"SELECT * EXCLUDE (x_UsageType) FROM ({_FOCUS})",
}


def large_bill(path: Path, rows: int, kind: str = "focus") -> Path:
    """Write the export; the same rows in every run."""
    with duckdb.connect(config={"threads": 2, "memory_limit": "1GB"}) as connection:
        connection.execute("SET preserve_insertion_order = false")
        selected = KINDS[kind].replace("ROWS", str(rows))
        connection.execute(f"COPY ({selected}) TO '{path}' (FORMAT parquet, COMPRESSION snappy)")
    return path


if __name__ == "__main__":
    large_bill(Path(sys.argv[3]), int(sys.argv[2]), sys.argv[1])
