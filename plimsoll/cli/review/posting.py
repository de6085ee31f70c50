"""Options that post a comment, and what a post that failed means for the exit code."""

import os
import re
import sys
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

import click

from plimsoll.ground.problems import ExitCode, Problem, SpecError
from plimsoll.ground.start_up import record
from plimsoll.show.text import visible

C = TypeVar("C", bound=Callable[..., Any])

FORGES = ("github", "gitlab")
_TOKENS = {"github": ("GITHUB_TOKEN", "GH_TOKEN"), "gitlab": ("PLIMSOLL_GITLAB_TOKEN", "GITLAB_TOKEN")}
_APIS = {
    "github": ("GITHUB_API_URL", "https://api.github.com"),
    "gitlab": ("CI_API_V4_URL", "https://gitlab.com/api/v4"),
}
_REPOSITORIES = {
    "github": ("GITHUB_REPOSITORY",),
    "gitlab": ("CI_MERGE_REQUEST_PROJECT_PATH", "CI_PROJECT_PATH"),
}


@record
class Posting:
    """A comment is to be posted there; `required` makes a post that fails an error."""

    forge: str
    repo: str
    number: int
    required: bool


def post_options(function: C) -> C:
    """Offer `--post` and what belongs to it; the function takes it as `posting`, None where nobody asked."""

    @click.option(
        "--post",
        "forge",
        type=click.Choice(FORGES),
        help="Post it too, as one comment that is updated in place; the token is read from GITHUB_TOKEN or "
        "PLIMSOLL_GITLAB_TOKEN.",
    )
    @click.option(
        "--repo", metavar="R", help="Where: OWNER/NAME, or GROUP/NAME; default: what the CI system says."
    )
    @click.option(
        "--pr",
        "number",
        metavar="N",
        type=click.IntRange(min=1),
        help="On which pull or merge request; default: what the CI system says.",
    )
    @click.option("--require-post", "required", is_flag=True, help="Exit with 5 if it cannot be posted.")
    @wraps(function)
    def asked(
        *arguments: object,
        forge: str | None,
        repo: str | None,
        number: int | None,
        required: bool,
        **rest: object,
    ) -> Any:  # noqa: ANN401
        return function(*arguments, posting=_posting(forge, repo, number, required=required), **rest)

    return cast("C", asked)


def _posting(forge: str | None, repo: str | None, number: int | None, *, required: bool) -> Posting | None:
    if forge is None:
        if repo or number or required:
            raise click.UsageError("--repo, --pr and --require-post belong to --post")
        return None
    repo = repo or _first(_REPOSITORIES[forge])
    number = number or _number(forge)
    if not repo or not number:
        missing = "--repo" if not repo else "--pr"
        why = "the environment does not say it either"
        raise SpecError(Problem(f"--post {forge} needs {missing}", why, f"give {missing}", path=missing))
    return Posting(forge, repo, number, required)


def _number(forge: str) -> int | None:
    """Read the number of the change: `refs/pull/7/merge` of GitHub, the internal id of GitLab."""
    said = os.environ.get("GITHUB_REF" if forge == "github" else "CI_MERGE_REQUEST_IID", "")
    found = re.fullmatch(
        r"refs/pull/([1-9][0-9]{0,9})/merge" if forge == "github" else r"([1-9]\d{0,9})", said
    )
    return int(found[1]) if found else None


def posted(posting: Posting, body: str, code: int) -> int:
    """Post a comment and tell on stderr how it went; exit as the verdict says, or with 5 where required."""
    from plimsoll.review.post.failure import PostError
    from plimsoll.review.post.post import Destination, post

    variable, usual = _APIS[posting.forge]
    to = Destination(posting.forge, os.environ.get(variable) or usual, posting.repo, posting.number)
    try:
        done = post(body, to, _token(posting.forge))
    except PostError as error:
        _say(f"the comment was not posted: {error}")
        return code or (int(ExitCode.MISSING_FACT) if posting.required else 0)
    told = {
        "created": "was made",
        "updated": "was updated",
        "unchanged": "says the same already",
        "newer": "of a newer run stays",
    }
    _say(f"the comment {told[done]}")
    return code


def _token(forge: str) -> str:
    from plimsoll.review.post.failure import PostError

    token = _first(_TOKENS[forge])
    if not token:
        raise PostError(Problem("there is no token", "", f"set {_TOKENS[forge][0]}"))
    return token


def _first(names: tuple[str, ...]) -> str:
    return next((value for name in names if (value := os.environ.get(name))), "")


def _say(text: str) -> None:
    sys.stdout.flush()
    print(visible(f"plimsoll: {text}"), file=sys.stderr)  # noqa: T201 - the talk
