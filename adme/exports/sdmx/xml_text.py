"""Small pieces of XML: escaped text, attributes, elements. No tree is built, so that a long answer streams."""

from __future__ import annotations

from xml.sax.saxutils import escape

from adme.common.csv_safety import plain_text

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
_QUOTES = {'"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}


def text(value: object) -> str:
    return escape(plain_text(value))


def attributes(**values: object) -> str:
    """` id="x" name="y"`; None is left out. A trailing underscore of a name is dropped, `__` becomes a colon."""
    return "".join(
        f' {name.rstrip("_").replace("__", ":")}="{quoted(value)}"'
        for name, value in values.items()
        if value is not None
    )


def quoted(value: object) -> str:
    return escape(plain_text(value), _QUOTES)


def element(name: str, content: object = None, **values: object) -> str:
    """`content` is text; see `wrapped` for elements within."""
    if content is None:
        return f"<{name}{attributes(**values)}/>"
    return f"<{name}{attributes(**values)}>{text(content)}</{name}>"


def wrapped(name: str, inner: str, **values: object) -> str:
    """Around elements. Without any, an empty element."""
    return f"<{name}{attributes(**values)}>{inner}</{name}>" if inner else f"<{name}{attributes(**values)}/>"
