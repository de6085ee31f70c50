"""A comment is found, made and updated on a stand-in of GitHub and GitLab that pages, throttles and fails."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from plimsoll.ground.problems import ExitCode, SpecError
from plimsoll.review.post.failure import PostError
from plimsoll.review.post.post import Destination, Posted, post
from plimsoll.review.post.wire import PATIENCE_S, TRIES
from tests.make.forge import BOT, TOKEN, ForgeState, forge


@pytest.fixture(params=["github", "gitlab"])
def server(request: pytest.FixtureRequest) -> Iterator[ForgeState]:
    with forge(request.param) as state:
        if request.param == "gitlab":
            state.me = "project_7_bot_0123456789abcdef"
        yield state


waited: list[float] = []


@pytest.fixture(autouse=True)
def _waits() -> None:
    waited.clear()


def body(text: str = "over by $5", run: int | None = 7, key: str = "dev") -> str:
    said = "" if run is None else f" run={run}"
    return f"<!-- plimsoll:review v1 key={key} head=abc{said} lock=def -->\n#### ⚓ {text}\n"


def send(server: ForgeState, text: str, **changes: Any) -> Posted:
    to = {"forge": server.kind, "api": server.url, "repo": "acme/fleet", "number": 12} | changes
    return post(text, Destination(**to), TOKEN, waited.append)


def bodies(server: ForgeState) -> list[str]:
    return [comment["body"] for comment in server.comments]


def test_a_first_comment_is_made_and_the_next_updates_it_in_place(server: ForgeState) -> None:
    assert send(server, body("one", 1)) == "created"
    assert send(server, body("two", 2)) == "updated"
    assert bodies(server) == [body("two", 2)]
    paths = {
        "github": ["/repos/acme/fleet/issues/12/comments", "/repos/acme/fleet/issues/comments/1000"],
        "gitlab": [
            "/projects/acme%2Ffleet/merge_requests/12/notes",
            "/projects/acme%2Ffleet/merge_requests/12/notes/1000",
        ],
    }
    wrote = [each.partition(" ")[2] for each in server.asked if not each.startswith("GET")]
    assert wrote == paths[server.kind]


@pytest.mark.parametrize("links", [True, False])
def test_ours_is_found_on_the_third_page_and_a_copy_of_the_marker_is_left_alone(
    server: ForgeState, links: bool
) -> None:
    server.links = links
    for index in range(250):
        server.add(body("forged", 1) if index == 40 else f"word {index}")
    ours = server.add(body("old", 1), server.me or "", "Bot")
    before = [text for text in bodies(server) if text != ours["body"]]
    assert send(server, body("new", 2)) == "updated"
    assert ours["body"] == body("new", 2)
    assert [text for text in bodies(server) if text != ours["body"]] == before
    assert server.count("GET") == 3
    assert server.count("PATCH") + server.count("PUT") == 1
    assert server.count("POST") == 0


def test_a_token_that_may_not_ask_who_it_is_takes_the_comment_of_a_machine(server: ForgeState) -> None:
    mine = BOT if server.kind == "github" else "project_7_bot"
    server.me = None
    server.add(body("of a person", 1), "octocat")
    ours = server.add(body("of a machine", 1), mine, "Bot")
    assert send(server, body("new", 2)) == "updated"
    assert ours["body"] == body("new", 2)
    assert len(server.comments) == 2


def test_each_stack_has_a_comment_of_its_own(server: ForgeState) -> None:
    assert send(server, body(key="dev")) == "created"
    assert send(server, body(key="prod")) == "created"
    assert send(server, body("new", 8, key="prod")) == "updated"
    assert bodies(server) == [body(key="dev"), body("new", 8, key="prod")]


def test_what_says_the_same_is_not_written_again(server: ForgeState) -> None:
    first = body() + "<sub>prices of 2026-08-10 · [run](https://github.com/a/b/actions/runs/7)</sub>\n"
    later = body(run=8) + "<sub>prices of 2026-08-11 · [run](https://github.com/a/b/actions/runs/8)</sub>"
    send(server, first)
    server.comments[0]["body"] = first.replace("\n", "\r\n")
    assert send(server, later) == "unchanged"
    assert server.count("POST") == 1
    assert server.count("PATCH") + server.count("PUT") == 0


def test_an_older_run_that_ends_last_leaves_the_newer_comment(server: ForgeState) -> None:
    send(server, body("newer", 10))
    assert send(server, body("older", 9)) == "newer"
    assert bodies(server) == [body("newer", 10)]


def test_runs_are_numbers_not_words(server: ForgeState) -> None:
    send(server, body("older", 9))
    assert send(server, body("newer", 10)) == "updated"


def test_a_second_attempt_of_a_run_and_a_run_without_a_number_may_write(server: ForgeState) -> None:
    send(server, body("one", 10))
    assert send(server, body("two", 10)) == "updated"
    assert send(server, body("three", None)) == "updated"
    assert send(server, body("four", 3)) == "updated"


def test_of_several_of_ours_the_newest_is_the_one(server: ForgeState) -> None:
    for run in (3, 9, 5):
        server.add(body(f"of {run}", run), server.me or "", "Bot")
    assert send(server, body("older", 7)) == "newer"
    assert send(server, body("new", 11)) == "updated"
    assert bodies(server) == [body("of 3", 3), body("new", 11), body("of 5", 5)]


# when the forge is busy, or refuses


def test_throttled_then_in_trouble_then_well_is_posted_once(server: ForgeState) -> None:
    server.script = [(429, {"Retry-After": "2"}), (502, {})]
    assert send(server, body()) == "created"
    assert bodies(server) == [body()]
    assert waited[0] == 2
    assert server.count("POST") == 3


def test_every_request_is_tried_again_not_writes_alone(server: ForgeState) -> None:
    server.add(body("old", 1), server.me or "", "Bot")
    server.script, server.scripted = [(429, {"Retry-After": "3"}), (502, {}), (503, {})], "GET"
    assert send(server, body()) == "updated"
    assert waited == [3, 2, 4]


def test_a_write_that_was_done_though_the_answer_was_lost_is_not_done_twice(server: ForgeState) -> None:
    server.script, server.does_it_anyway = [(502, {})], True
    assert send(server, body()) == "created"
    assert bodies(server) == [body()]
    assert server.count("POST") == 1


@pytest.mark.parametrize(
    ("status", "headers", "tries"),
    [
        (403, {}, 1),
        (404, {}, 1),
        (422, {}, 1),
        (301, {"Location": "http://127.0.0.1:9/elsewhere"}, 1),
        (403, {"Retry-After": "1"}, TRIES),
        (429, {}, TRIES),
        (502, {}, TRIES),
    ],
)
def test_a_lasting_failure_ends_within_five_tries_and_says_what_was_asked(
    server: ForgeState, status: int, headers: dict[str, str], tries: int
) -> None:
    server.always = (status, headers)
    with pytest.raises(PostError, match=f"answered {status}") as caught:
        send(server, body())
    assert len(server.asked) == tries
    assert server.url in str(caught.value)
    assert caught.value.exit_code == ExitCode.MISSING_FACT
    assert TOKEN not in str(caught.value)
    assert TOKEN not in repr(caught.value.__context__)
    assert sum(waited) <= PATIENCE_S


def test_nobody_waits_an_hour(server: ForgeState) -> None:
    server.always = (429, {"Retry-After": "3600"})
    with pytest.raises(PostError, match="3600 s"):
        send(server, body())
    assert waited == []


def test_the_end_of_a_limit_is_read_from_the_forge_s_own_clock(server: ForgeState) -> None:
    limit = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1795990405"}
    server.script = [(403, {**limit, "Date": "Sun, 29 Nov 2026 22:13:15 GMT"})]
    moment = {"Date": "Sun, 29 Nov 2026 22:13:20 GMT", "Retry-After": "Sun, 29 Nov 2026 22:13:27 GMT"}
    server.script.append((429, moment))
    assert send(server, body()) == "created"
    assert waited[1] == 7
    assert waited[0] == 10


def test_a_forge_that_is_not_there_is_a_failure_with_its_address() -> None:
    to = Destination("github", "http://127.0.0.1:9", "acme/fleet", 1)
    with pytest.raises(PostError, match="did not answer"):
        post(body(), to, TOKEN, waited.append)
    assert len(waited) == TRIES - 1


def test_an_answer_that_is_no_list_is_a_failure(server: ForgeState) -> None:
    server.always = (200, {})
    with pytest.raises(PostError, match="no list of comments"):
        send(server, body())


# wrong inputs


@pytest.mark.parametrize("token", ["", "two words", "with\nline", "ünïcode"])
def test_a_token_that_is_none_is_refused_unseen(token: str) -> None:
    to = Destination("github", "http://127.0.0.1:9", "acme/fleet", 1)
    with pytest.raises(PostError, match="is no token") as caught:
        post(body(), to, token, waited.append)
    assert not token or token not in str(caught.value)


@pytest.mark.parametrize("repo", ["", "fleet", "a/b/c", "/b"])
def test_a_repository_of_github_has_an_owner_and_a_name(repo: str) -> None:
    with pytest.raises(SpecError, match="OWNER/NAME"):
        post(body(), Destination("github", "http://127.0.0.1:9", repo, 1), TOKEN, waited.append)


@pytest.mark.parametrize("api", ["file:///etc/passwd", "ftp://x", "x", "http://a b", "https://x?y"])
def test_an_api_is_an_address_of_the_web(api: str) -> None:
    with pytest.raises(PostError, match="no address"):
        post(body(), Destination("github", api, "a/b", 1), TOKEN, waited.append)


def test_a_text_without_marker_is_not_posted(server: ForgeState) -> None:
    with pytest.raises(PostError, match="marker"):
        send(server, "#### words\n" + body())
    assert server.asked == []


def test_a_path_cannot_be_broken_out_of(server: ForgeState, tmp_path: Path) -> None:
    send(server, body(), repo="acme/..%2F?x#y" if server.kind == "github" else "a/../b?x#y")
    assert all("/../" not in each and "#" not in each for each in server.asked)
