"""The quotas of a file are read alike for a portfolio and by themselves."""

import pytest

from plimsoll.ground.problems import SpecError
from plimsoll.plan.quotas.file import read_quotas_file


def test_a_portfolio_is_a_file_of_quotas_too() -> None:
    text = b"budget: {usd_per_month: 5}\nquotas: {L-DB2E81BA: 768, L-3819A6DF: 0}\npriority: {a: 1}\n"
    assert read_quotas_file(text, "q.yaml") == {"L-DB2E81BA": 768, "L-3819A6DF": 0}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("quota: {L-DB2E81BA: 768}", "did you mean 'quotas'?"),
        ("budget: {usd_per_month: 5}", "quotas are missing"),
        ("quotas: {L-DB2E81BZ: 768}", "did you mean 'L-DB2E81BA'?"),
        ("quotas: {L-DB2E81BA: many}", "'many' is no number of vCPU"),
    ],
)
def test_a_wrong_one_is_refused_with_its_place(text: str, words: str) -> None:
    with pytest.raises(SpecError) as refused:
        read_quotas_file(text.encode(), "q.yaml")
    said = str(refused.value)
    assert said.startswith("q.yaml:1:")
    assert words in said
