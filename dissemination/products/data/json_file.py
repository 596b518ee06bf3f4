"""The whole content as one JSON document: figures, leaves, ratings, sources, texts, tables, replies, changes."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import orjson

from dissemination.editions.content import Content

from ..about import heading

FORM = "adme-content-1"
_LISTS = (
    "items", "states", "leaves", "sources", "ratings", "texts", "tables", "replies", "changes", "methods",
)  # fmt: skip
_PART = 2000


def build(content: Content, file_stamp: str, *, body: str = "", state: str = "") -> Iterator[bytes]:
    """UTF-8, in pieces. A number that is missing is null; a period is text such as '2024'."""
    about = {
        "form": FORM,
        "about": dict(heading(content, file_stamp)),
        "stamp": file_stamp,
        "framework": content.framework,
        "first_current_year": content.first_current_year,
        "compared_with_edition": content.previous or None,
        **{name: [_plain(one) for one in getattr(content, name)] for name in _LISTS},
    }
    yield orjson.dumps(about, default=str, option=orjson.OPT_INDENT_2)[:-2]
    yield b',\n  "figures": [\n'
    figures = content.figures
    for start in range(0, len(figures), _PART):
        part = [_figure(one) for one in figures[start : start + _PART]]
        lines = b",\n".join(b"    " + orjson.dumps(one) for one in part)
        yield lines + (b",\n" if start + _PART < len(figures) else b"\n")
    yield b"  ]\n}\n"


def _figure(figure: Any) -> dict[str, Any]:
    return {**_plain(figure), "period": figure.period_text}


def _plain(one: Any) -> Any:
    return (
        {field.name: getattr(one, field.name) for field in dataclasses.fields(one)}
        if (dataclasses.is_dataclass(one))
        else list(one)
    )
