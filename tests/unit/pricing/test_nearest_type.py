"""A wrong name is near those of its own family and letter, never near another family's."""

import pytest

from plimsoll.catalog.tables import load
from plimsoll.pricing.nearest_type import nearest_item, nearest_type


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("m5.xlrge", "did you mean 'm5.xlarge'?"),
        ("G5.XLARGE", "did you mean 'g5.xlarge'?"),
        ("p5.48xl", "did you mean 'p5.48xlarge'?"),
        ("g6e", "g6e has 12xlarge, 16xlarge, 24xlarge, 2xlarge, 48xlarge, 4xlarge, 8xlarge, xlarge"),
        ("m55.xlarge", "did you mean 'm5.xlarge'?"),
        ("q5.xlarge", ""),
        ("", ""),
        ("m5.x\u0430rge", ""),
    ],
)
def test_the_family_is_right_before_the_size_is(name: str, says: str) -> None:
    assert nearest_type(name, load().instance_types) == says


@pytest.mark.parametrize("name", ["m5.nano", "m9.large", "c5.tiny", "t3.hyper"])
def test_no_hint_names_another_letter(name: str) -> None:
    hint = nearest_type(name, load().instance_types)
    assert not hint or f"'{name[0]}" in hint or hint.startswith(name.partition(".")[0])


@pytest.mark.parametrize(
    ("item", "says"),
    [
        ("rds-postgres-db.m5.largee-single-az", "did you mean 'db.m5.large'?"),
        ("elasticache-redis-cache.t4g.medum", "did you mean 'cache.t4g.medium'?"),
        ("opensearch-r6g.larg.search", "did you mean 'r6g.large.search'?"),
        ("mq-activemq-mq.m5.larg-single", "did you mean 'mq.m5.large'?"),
        ("redshift-ra3.xlpus", "did you mean 'ra3.xlplus'?"),
        ("rds-postgres-${CLASS}-single-az", ""),
        ("rds-storage-gp9", ""),
    ],
)
def test_a_class_of_a_service_is_near_those_of_its_own_engine_and_form(item: str, says: str) -> None:
    assert nearest_item(item, load().service_names("us-east-1")) == says


def test_a_hint_is_no_look_up_of_a_price() -> None:
    """Else what was never asked would count among the prices of an answer."""
    catalog = load()
    rows = getattr(catalog.services, "of")("me-central-1")  # noqa: B009 - the package's own mapping has it
    before = rows.newest_asked
    assert "rds-storage-gp3" in catalog.service_names("me-central-1")
    assert rows.newest_asked == before
