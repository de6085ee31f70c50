"""Jinja2 over the package's templates: presentation only, undefined names are errors."""

from typing import Any


def render(template: str, **values: Any) -> str:  # noqa: ANN401 - templates take any data
    """Render a template of `plimsoll/show/templates`."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("plimsoll.show", "templates"),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        # Markdown and YAML, not HTML: every text is escaped for its format before it gets here.
        autoescape=False,  # noqa: S701
    )
    return environment.get_template(template).render(**values)
