"""Without boto3 the account cannot be asked, and whoever asks is told what to install."""

import sys

import pytest

from plimsoll.catalog.refresh.account import AwsAccount
from plimsoll.ground.problems import SpecError
from tests.make.programs import need_module

need_module("boto3")


def test_a_missing_library_is_named_with_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)
    with pytest.raises(SpecError, match=r"boto3 is not installed; install plimsoll-iac\[aws\]"):
        AwsAccount()


def test_a_client_waits_briefly_and_tries_again_when_throttled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    account = AwsAccount()
    client = account.client("pricing", "us-east-1")
    config = client.meta.config
    assert (config.connect_timeout, config.retries["mode"], config.retries["total_max_attempts"]) == (
        5,
        "standard",
        5,
    )
    assert account.client("pricing", "us-east-1") is client
