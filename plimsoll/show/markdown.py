"""Markdown: text from outside is shown as it is, never obeyed; templates decide nothing."""

import re
from typing import Any

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|~@]|^[#+-])")


def escaped(text: str) -> str:
    """Escape everything that Markdown or HTML would act on, mentions and line breaks included."""
    flat = " ".join(text.split())
    return _SPECIAL.sub(_entity, flat.replace("&", "&amp;"))


def _entity(match: re.Match[str]) -> str:
    return f"&#{ord(match.group(1))};" if match.group(1) in "<>|@`\\" else f"\\{match.group(1)}"


def render(template: str, **values: Any) -> str:  # noqa: ANN401 - templates take any data
    """Render a Jinja2 template of `plimsoll/show/templates`; an undefined name is an error."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("plimsoll.show", "templates"),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        # Markdown and YAML, not HTML: every text is escaped for its format before it gets here.
        autoescape=False,  # noqa: S701
    )
    return environment.get_template(template).render(**values)
