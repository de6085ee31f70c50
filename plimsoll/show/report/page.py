"""The page: everything in one file, rendered with every text escaped, allowed nothing from anywhere."""

import hashlib
import json
from base64 import b64encode
from typing import Any

from plimsoll.catalog.clock import together
from plimsoll.ground.version import __version__
from plimsoll.plan.outlook.compared import Compared
from plimsoll.show.clock import prices_text
from plimsoll.show.report.answer import Reported
from plimsoll.show.report.scatter import axes_of, compared_name
from plimsoll.show.report.summary import summary_of
from plimsoll.show.report.workload import workload_page

FOLDER = "report"
SCRIPT, STYLE = f"{FOLDER}/script.js", f"{FOLDER}/style.css"

_UNREADABLE = dict.fromkeys(
    (*range(9), 11, 12, 13, *range(14, 32), *range(127, 160), *range(0xD800, 0xE000)), "\ufffd"
)


def as_html(answer: Reported) -> str:
    """Write the page: the same answer gives the same bytes."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("plimsoll.show", "templates"),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=True,
        finalize=_readable,
    )
    script, style = (_source(environment, name) for name in (SCRIPT, STYLE))
    pages = [
        workload_page(f"w{index}", each, answer.accelerators) for index, each in enumerate(answer.outlooks, 1)
    ]
    return environment.get_template(f"{FOLDER}/page.html.j2").render(
        title=_title(answer),
        policy=_policy(script),
        script=script,
        style=style,
        data=_data(answer),
        pages=pages,
        summary=summary_of(answer.planned) if len(pages) > 1 else None,
        prices=prices_text(together(each.answer.clock for each in answer.outlooks)),
        version=__version__,
    )


def _readable(value: object) -> object:
    """Show what HTML cannot hold, controls that no reader of it keeps, as U+FFFD."""
    return value.translate(_UNREADABLE) if type(value) is str else value


def _source(environment: Any, name: str) -> str:  # noqa: ANN401 - jinja2 is imported late
    text: str = environment.loader.get_source(environment, name)[0]
    return text.strip()


def _policy(script: str) -> str:
    """Allow our script by its digest, styles in the page, and nothing else from anywhere."""
    digest = b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; img-src data:"


def _title(answer: Reported) -> str:
    names = [str(each.answer.workload["name"]) for each in answer.outlooks]
    return names[0] if len(names) == 1 else f"{len(names)} workloads"


def _data(answer: Reported) -> str:
    """Give the script where the points are: it finds the nearest one, and shows that one's row."""
    found = {
        f"w{index}": _points(each.compared)
        for index, each in enumerate(answer.outlooks, 1)
        if each.compared is not None
    }
    return in_script(found)


def _points(compared: Compared) -> dict[str, object]:
    axes = axes_of(compared)
    points = [[round(value) for value in axes.of(each)] for each in compared.candidates]
    return {"of": compared_name(compared), "points": points}


def in_script(data: object) -> str:
    """Write JSON that no script element can end in, whatever text it holds."""
    text = json.dumps(data, ensure_ascii=True, separators=(",", ":"))  # U+2028 and its like are escapes, too
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
