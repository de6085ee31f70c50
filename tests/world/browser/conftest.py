"""A real browser for this folder: Chromium as it is installed, offline, and what it was asked for."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.make.programs import need, need_module


class Seen:
    """A page that was opened, all that it asked for, and all that it said."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.requests: list[str] = []
        self.said: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))


Open = Callable[..., Any]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """The browser of a module: its driver holds an event loop, in which Pulumi could not run its own."""
    program = need(shutil.which("chromium"), "chromium")
    with need_module("playwright.sync_api").sync_playwright() as driver:
        started = driver.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield started
        started.close()


@pytest.fixture
def opened(chromium: Any, tmp_path: Path) -> Open:
    """Write a page to a file and open it: `with opened(text, scheme="dark") as seen`."""

    @contextmanager
    def of(text: str, *, scheme: str = "light", script: bool = True, width: int = 1280) -> Iterator[Seen]:
        file = tmp_path / "report.html"
        file.write_text(text, encoding="utf-8")
        context = chromium.new_context(
            offline=True,
            color_scheme=scheme,
            reduced_motion="reduce",
            java_script_enabled=script,
            viewport={"width": width, "height": 900},
        )
        try:
            seen = Seen(context.new_page())
            seen.page.goto(file.as_uri())
            yield seen
            assert seen.requests == [file.as_uri()]
            assert seen.said == []
        finally:
            context.close()

    return of
