"""An AWS account is asked here, read-only, through its own client library."""

from typing import Any, Protocol

from plimsoll.ground.problems import Problem, SpecError

CONNECT_S, READ_S, ATTEMPTS = 5, 60, 5
"""Seconds to wait for a connection and for an answer; tries of a call that AWS throttles, with the growing
pauses of botocore's `standard` mode. Assumption: no rate limit of the Price List API was found in print."""

INSTALL = "install plimsoll-iac[aws] (it adds boto3), or read published offer files with --from-bulk"


class Clients(Protocol):
    """Something that has clients of AWS services."""

    def client(self, service: str, region: str) -> Any:  # noqa: ANN401 - boto3 makes its clients at run time
        """Give the client of a service in a region."""
        ...


class AwsAccount:
    """An account is reached by the credentials that boto3 finds, or by those of a named profile."""

    def __init__(self, profile: str | None = None) -> None:
        """Load boto3.

        Raises:
            SpecError: it is not installed.
        """
        try:
            import boto3  # pyright: ignore[reportMissingTypeStubs]
        except ModuleNotFoundError as error:
            why = f"{error.name} is not installed"
            raise SpecError(Problem("an AWS account cannot be asked", why, INSTALL)) from None
        self._boto3: Any = boto3
        self._profile = profile
        self._session: Any = None
        self._clients: dict[tuple[str, str], Any] = {}

    def client(self, service: str, region: str) -> Any:  # noqa: ANN401
        """Give the client of a service in a region, made once."""
        from botocore.config import Config  # pyright: ignore[reportMissingTypeStubs]

        if self._session is None:
            self._session = self._boto3.session.Session(profile_name=self._profile)
        found = self._clients.get((service, region))
        if found is None:
            retries: Any = {"mode": "standard", "total_max_attempts": ATTEMPTS}
            config = Config(connect_timeout=CONNECT_S, read_timeout=READ_S, retries=retries)
            found = self._session.client(service, region_name=region, config=config)
            self._clients[service, region] = found
        return found
