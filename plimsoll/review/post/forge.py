"""A forge keeps the comments of a change; each has its own paths, and its own way to name who wrote one."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, cast

from plimsoll.ground.problems import Problem, SpecError
from plimsoll.ground.start_up import record
from plimsoll.review.post.wire import Reply, Wire, mapping, part

PER_PAGE = 100
"""Comments that both forges give at once, at most."""

_MOST_PAGES = 1000

_GITLAB_BOT = re.compile(r"(?:project|group)_\d+_bot\w*")
"""How GitLab names the user of a project's or group's access token, which notes do not call a bot."""


@record
class Note:
    """A comment: its number, who wrote it and whether that is a machine, its text."""

    ident: int
    author: str
    bot: bool
    body: str


class Forge:
    """The comments of one change, read page by page, made and changed."""

    update_method = "PATCH"

    def __init__(self, wire: Wire, comments: str, each: str) -> None:
        """Take the path of all comments of the change, and the one that the number of a comment ends."""
        self._wire, self._comments, self._each = wire, comments, each

    def who(self) -> str | None:
        """Name the token's own user; None where the token may not ask, as that of a workflow."""
        answer = self._wire.ask("GET", "/user")
        if answer.status in {401, 403, 404}:
            return None
        return self.name_of(mapping(self._good("GET", "/user", answer))) or None

    def comments(self) -> Iterator[Note]:
        """Read all comments, oldest first."""
        for number in range(1, _MOST_PAGES + 1):
            path = f"{self._comments}?per_page={PER_PAGE}&page={number}{self.order}"
            answer = self._wire.ask("GET", path)
            page = self._good("GET", path, answer)
            if not isinstance(page, list):
                self._wire.fail("GET", path, answer, "that is no list of comments")
            found = cast("list[Any]", page)
            yield from (comment for each in found if (comment := self.comment_of(each)) is not None)
            if not _more(answer, len(found)):
                return

    def create(self, body: str, arrived: Any) -> None:  # noqa: ANN401 - what `Wire.ask` takes
        """Make a comment."""
        answer = self._wire.ask("POST", self._comments, {"body": body}, arrived)
        if not answer.unsure:
            self._good("POST", self._comments, answer)

    def update(self, comment: Note, body: str) -> None:
        """Change a comment."""
        path = f"{self._each}/{comment.ident}"
        self._good(self.update_method, path, self._wire.ask(self.update_method, path, {"body": body}))

    def _good(self, method: str, path: str, answer: Reply) -> Any:  # noqa: ANN401 - what a forge says
        if not answer.good:
            self._wire.fail(method, path, answer)
        return answer.document

    order = ""

    def name_of(self, user: Mapping[str, Any]) -> str:
        """Name a user as comments name their authors."""
        raise NotImplementedError

    def comment_of(self, found: object) -> Note | None:
        """Read a comment; None if it is none that somebody wrote."""
        raise NotImplementedError


def _more(answer: Reply, count: int) -> bool:
    """Say whether there is another page: by its link if the forge gives links, else by a full page."""
    link = answer.headers.get("link", "")
    return 'rel="next"' in link if link else count >= PER_PAGE


class GitHub(Forge):
    """Comments of a pull request, which to GitHub is an issue."""

    def __init__(self, wire: Wire, repo: str, number: int) -> None:
        owner, slash, name = repo.partition("/")
        if not (owner and slash and name) or "/" in name:
            raise SpecError(Problem(f"no repository of GitHub: {repo!r}", "", "OWNER/NAME", path="--repo"))
        base = f"/repos/{part(owner)}/{part(name)}/issues"
        super().__init__(wire, f"{base}/{number}/comments", f"{base}/comments")

    def name_of(self, user: Mapping[str, Any]) -> str:
        """Name a user by the login."""
        return str(user.get("login", "")).lower()

    def comment_of(self, found: object) -> Note | None:
        """Read a comment of an issue."""
        each, user = mapping(found), mapping(mapping(found).get("user"))
        if not isinstance(each.get("id"), int):
            return None
        return Note(each["id"], self.name_of(user), user.get("type") == "Bot", str(each.get("body") or ""))


class GitLab(Forge):
    """Notes of a merge request. A job's own token cannot write any; that of a project or a person can."""

    update_method = "PUT"
    order = "&sort=asc&order_by=created_at"

    def __init__(self, wire: Wire, repo: str, number: int) -> None:
        if not repo.strip("/"):
            raise SpecError(Problem(f"no project of GitLab: {repo!r}", "", "GROUP/NAME", path="--repo"))
        base = f"/projects/{part(repo.strip('/'))}/merge_requests/{number}/notes"
        super().__init__(wire, base, base)

    def name_of(self, user: Mapping[str, Any]) -> str:
        """Name a user by the user name."""
        return str(user.get("username", "")).lower()

    def comment_of(self, found: object) -> Note | None:
        """Read a note, unless GitLab wrote it by itself."""
        each = mapping(found)
        if each.get("system") or not isinstance(each.get("id"), int):
            return None
        author = mapping(each.get("author"))
        name = self.name_of(author)
        bot = author.get("bot") is True or _GITLAB_BOT.fullmatch(name) is not None
        return Note(each["id"], name, bot, str(each.get("body") or ""))
