"""Text that goes into Markdown: shown as it is, never obeyed."""

import re

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|~@]|^[#+-])")


def escaped(text: str) -> str:
    """Escape everything that Markdown or HTML would act on, mentions and line breaks included."""
    flat = " ".join(text.split())
    return _SPECIAL.sub(_entity, flat.replace("&", "&amp;"))


def _entity(match: re.Match[str]) -> str:
    return f"&#{ord(match.group(1))};" if match.group(1) in "<>|@`\\" else f"\\{match.group(1)}"
