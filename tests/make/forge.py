"""A stand-in of the comments of GitHub and GitLab: it pages, throttles, fails, tells what it was asked."""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOKEN = "the-token-that-nobody-may-see"
BOT = "github-actions[bot]"


@dataclass
class ForgeState:
    """What the stand-in keeps: its comments, what it was asked, what it answers before it works."""

    kind: str = "github"
    comments: list[dict[str, Any]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    script: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    """Answers that are given first, to requests that `scripted` matches."""

    scripted: str = r"POST|PATCH|PUT"
    always: tuple[int, dict[str, str]] | None = None
    does_it_anyway: bool = False
    """Whether a request that is answered with a scripted failure has been done nevertheless."""

    me: str | None = BOT
    """The token's own user; None where the token may not ask."""

    links: bool = True
    made: int = 0
    url: str = ""

    def add(self, body: str, author: str = "somebody", kind: str = "User") -> dict[str, Any]:
        """Keep a comment."""
        who = {"login": author, "username": author, "type": kind}
        self.made += 1
        comment = {"id": 999 + self.made, "user": who, "author": who, "body": body, "system": False}
        self.comments.append(comment)
        return comment

    def count(self, method: str) -> int:
        """Count the requests of a method for comments."""
        return sum(re.match(rf"{method} .*(?:comments|notes)", each) is not None for each in self.asked)


class Handler(BaseHTTPRequestHandler):
    """Answers like a forge."""

    server: Any

    def do_GET(self) -> None:
        self.handle_one_of("GET")

    def do_POST(self) -> None:
        self.handle_one_of("POST")

    def do_PATCH(self) -> None:
        self.handle_one_of("PATCH")

    def do_PUT(self) -> None:
        self.handle_one_of("PUT")

    def handle_one_of(self, method: str) -> None:
        state: ForgeState = self.server.state
        state.asked.append(f"{method} {self.path}")
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or "null")
        if TOKEN not in (self.headers["Authorization"] or self.headers["PRIVATE-TOKEN"] or ""):
            return self.answer(401, {"message": "Bad credentials"})
        if state.always is not None:
            return self.answer(state.always[0], {"message": f"no {TOKEN}"}, state.always[1])
        if state.script and re.match(state.scripted, f"{method} {self.path}"):
            status, headers = state.script.pop(0)
            if state.does_it_anyway:
                self.done(method, body)
            return self.answer(status, {"message": f"scripted, {TOKEN}"}, headers)
        return self.answer(*self.done(method, body))

    def done(self, method: str, body: Any) -> tuple[Any, ...]:
        state: ForgeState = self.server.state
        if self.path == "/user":
            if state.me is None:
                return 403, {"message": "Resource not accessible by integration"}
            return 200, {"login": state.me, "username": state.me}
        if method == "GET":
            return self.page()
        if method == "POST":
            kind = "Bot" if (state.me or BOT).endswith("[bot]") else "User"
            return 201, state.add(body["body"], state.me or BOT, kind)
        ident = int(self.path.rpartition("/")[2])
        comment = next(each for each in state.comments if each["id"] == ident)
        comment.update(body)
        return 200, comment

    def page(self) -> tuple[Any, ...]:
        state: ForgeState = self.server.state
        size, number = (int(re.search(rf"[?&]{key}=(\d+)", self.path)[1]) for key in ("per_page", "page"))
        assert size <= 100
        found = state.comments[(number - 1) * size : number * size]
        more = number * size < len(state.comments)
        link = f'<{state.url}/next>; rel="next"' if more else f'<{state.url}/first>; rel="first"'
        return 200, found, {"Link": link} if state.links else {}

    def answer(self, status: int, document: Any, headers: dict[str, str] | None = None) -> None:
        text = json.dumps(document).encode()
        self.send_response(status)
        for name, value in {"Content-Length": str(len(text)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def forge(kind: str = "github") -> Iterator[ForgeState]:
    """Run the stand-in on a port of its own."""
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.state = ForgeState(kind, url=f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
