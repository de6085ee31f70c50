"""Post a review: find our comment on the change, and make it say what is true now.

Ours has our marker with the same key, written by the token's own user, or by a machine where the token may
not ask who that is. Whoever copies the marker keeps a comment of their own.
"""

from typing import Literal

from plimsoll.ground.problems import Problem
from plimsoll.ground.start_up import record
from plimsoll.review.post.failure import PostError
from plimsoll.review.post.forge import Forge, GitHub, GitLab, Note
from plimsoll.review.post.marker import Marker, marker_of
from plimsoll.review.post.told import told
from plimsoll.review.post.wire import Wait, Wire, sleep

Posted = Literal["created", "updated", "unchanged", "newer"]
"""What a post did: nothing where the comment says the same already, or a newer run wrote it."""


@record
class Destination:
    """A change on a forge: which one, the address of its API, the repository, the number of the change."""

    forge: str
    api: str
    repo: str
    number: int


def post(body: str, to: Destination, token: str, wait: Wait = sleep) -> Posted:
    """Make the comment, or update it in place.

    Raises:
        PostError: the forge cannot be reached, or refuses.
        SpecError: the repository is none of this forge.
    """
    marker = marker_of(body)
    if marker is None:
        raise PostError(Problem("a comment without our marker is not posted", "nobody would find it again"))
    forge = _forge(to, token, wait)
    ours = _ours(forge, marker)
    if ours is None:
        forge.create(body, arrived=lambda: _says(_ours(forge, marker), body))
        return "created"
    if marker.is_older_than(_marker(ours)):
        return "newer"
    if _says(ours, body):
        return "unchanged"
    forge.update(ours, body)
    return "updated"


def _forge(to: Destination, token: str, wait: Wait) -> Forge:
    if to.forge == "github":
        return GitHub(Wire(to.api, "Authorization", f"Bearer {token}", wait), to.repo, to.number)
    return GitLab(Wire(to.api, "PRIVATE-TOKEN", token, wait), to.repo, to.number)


def _ours(forge: Forge, marker: Marker) -> Note | None:
    """Find our comment; of several that of the newest run, else the last."""
    marked = [
        each for each in forge.comments() if (found := marker_of(each.body)) and found.key == marker.key
    ]
    if not marked:
        return None
    me = forge.who()
    ours = [each for each in marked if (each.bot if me is None else each.author == me)]
    return max(ours, key=lambda each: _marker(each).run or 0, default=None)


def _marker(comment: Note) -> Marker:
    return marker_of(comment.body) or Marker("", None)


def _says(comment: Note | None, body: str) -> bool:
    return comment is not None and told(comment.body) == told(body)
