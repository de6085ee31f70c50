"""The corpus of mistakes, asked of a real API server: it agrees with our own checks."""

import pytest

from tests.make.mistakes import good, mistakes
from tests.world.engine.stand_in.api_server import ApiError, ApiServer

pytestmark = pytest.mark.cluster


def _refusal(server: ApiServer, manifest: dict) -> str:
    try:
        server.dry_run(manifest)
    except (ApiError, KeyError) as error:
        return str(error) or "refused"
    return ""


def test_good_objects_are_accepted(untouched_server: ApiServer) -> None:
    refused = {
        name: refusal for name, manifest in good() if (refusal := _refusal(untouched_server, manifest))
    }
    assert refused == {}


def test_the_server_refuses_what_the_corpus_says_it_refuses(untouched_server: ApiServer) -> None:
    differently = [
        mistake.name
        for mistake in mistakes()
        if bool(_refusal(untouched_server, mistake.manifest)) != mistake.server_refuses
    ]
    assert differently == []
