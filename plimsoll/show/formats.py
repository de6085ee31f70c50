"""Every document that a command writes, and every format that it can be written in.

A new format is a file with its writer, a template where it needs one, and a line here. A writer takes the
answer of its command and the page that it goes to, and returns text; its module is imported when it is used.
"""

from importlib import import_module

from plimsoll.ground.problems import Problem, SpecError
from plimsoll.show.text import PIPED, Style, fitted

FORMATS = {
    "plan": {
        "table": "plimsoll.show.plan.answer:table",
        "json": "plimsoll.show.plan.answer:as_json",
        "md": "plimsoll.show.plan.answer:markdown",
    },
    "why-not": {
        "table": "plimsoll.show.why_not.answer:table",
        "json": "plimsoll.show.why_not.answer:as_json",
        "md": "plimsoll.show.why_not.answer:markdown",
    },
    "explain": {
        "table": "plimsoll.show.explain.answer:table",
        "json": "plimsoll.show.explain.answer:as_json",
    },
    "check": {
        "text": "plimsoll.show.check.text:as_text",
        "json": "plimsoll.show.json_text:as_json",
        "md": "plimsoll.show.check.markdown:as_markdown",
        "junit": "plimsoll.show.check.junit:as_junit",
        "sarif": "plimsoll.show.check.sarif:as_sarif",
    },
    "caps": {
        "text": "plimsoll.show.check.caps:as_text",
        "md": "plimsoll.show.check.caps:as_markdown",
        "json": "plimsoll.show.json_text:as_json",
    },
    "preview": {
        "tree": "plimsoll.show.preview.tree:as_text",
        "json": "plimsoll.show.preview.document:as_json",
        "k8s": "plimsoll.show.preview.manifests:as_text",
    },
    "offers": {
        "table": "plimsoll.show.catalog.offer_table:table",
        "json": "plimsoll.show.catalog.offers:as_json",
    },
    "models": {
        "table": "plimsoll.show.catalog.model_table:table",
        "json": "plimsoll.show.catalog.models:as_json",
    },
    "quota": {
        "table": "plimsoll.show.catalog.quotas:table",
        "json": "plimsoll.show.catalog.quotas:as_json",
    },
    "accuracy": {
        "table": "plimsoll.show.catalog.accuracy_table:table",
        "json": "plimsoll.show.catalog.accuracy:as_json",
    },
    "simulation": {
        "table": "plimsoll.show.simulation.answer:table",
        "json": "plimsoll.show.simulation.answer:as_json",
    },
    "diff": {
        "table": "plimsoll.show.diff.table:table",
        "json": "plimsoll.show.json_text:as_json",
        "md": "plimsoll.show.diff.markdown:markdown",
    },
    "comment": {
        "md": "plimsoll.show.comment.markdown:as_github",
        "summary": "plimsoll.show.comment.summary:as_summary",
        "gitlab": "plimsoll.show.comment.markdown:as_gitlab",
    },
    "actual": {
        "table": "plimsoll.show.actual.table:table",
        "json": "plimsoll.show.json_text:as_json",
        "md": "plimsoll.show.actual.page:page",
    },
    "rightsize": {
        "table": "plimsoll.show.rightsize.table:table",
        "json": "plimsoll.show.json_text:as_json",
        "md": "plimsoll.show.rightsize.markdown:markdown",
    },
    "problems": {
        "json": "plimsoll.show.problems:as_json",
    },
}
"""Document and format to writer, as `module:function`; the first format is the default."""


READ = frozenset({"table", "text", "tree"})
"""Formats that people read: no line of theirs stands beyond the page."""

LISTS = frozenset({"offers", "models"})
"""Documents that programs cut into columns: in a pipe, each row of their table is one line, however long."""


def forms(document: str) -> tuple[str, ...]:
    """Name the formats of a document, the default first."""
    return tuple(FORMATS[document])


def write(document: str, form: str, answer: object, style: Style = PIPED) -> str:
    """Write the answer of a command in one of its formats.

    Raises:
        SpecError: there is no such document, or it cannot be written so.
    """
    if form not in FORMATS.get(document, ()):
        known = ", ".join(forms(document)) if document in FORMATS else ", ".join(FORMATS)
        raise SpecError(Problem(f"cannot write {document!r} as {form!r}", "", f"choose from {known}"))
    module, _, name = FORMATS[document][form].partition(":")
    text: str = getattr(import_module(module), name)(answer, style)
    listed = document in LISTS and not style.columns
    return fitted(text, style.width) if form in READ and not listed else text
