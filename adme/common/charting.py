"""What the chart component shows: a figure dictionary, made safe for a page, beside its words, table and downloads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson
from django.utils.safestring import SafeString, mark_safe

# Heights are classes, not style attributes, and are there before the data: nothing jumps. Pixels, in static/css.
HEIGHTS = {"xs": 160, "s": 240, "m": 320, "l": 420, "xl": 560, "xxl": 720}

# Inside a script element only these could end it or be read as a line end; all have a harmless JSON spelling.
_ESCAPES = str.maketrans({"<": "\\u003C", ">": "\\u003E", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"})


def safe_json(value: Any) -> SafeString:
    """JSON that may stand inside a script element: NaN is null, and no text in it can close the element."""
    text = orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS, default=_plain).decode()
    return mark_safe(text.translate(_ESCAPES))


def _plain(value: Any) -> Any:
    """Decimals as numbers, lazy translations and the like as text, tuples of other kinds as lists."""
    if hasattr(value, "as_tuple"):
        return float(value)
    if isinstance(value, Iterable) and not isinstance(value, str | bytes):
        return list(value)
    return str(value)


def height_class(height: str | int | None) -> str:
    """A named height, or the named one nearest to a number of pixels."""
    if isinstance(height, str) and height in HEIGHTS:
        return height
    try:
        pixels = int(height or HEIGHTS["m"])
    except ValueError:
        return "m"
    return min(HEIGHTS, key=lambda name: abs(HEIGHTS[name] - pixels))


def chart_context(
    *,
    figure: Mapping[str, Any] | None,
    id: str,
    title: str,
    subtitle: str = "",
    summary: str = "",
    source: str = "",
    extracted: str = "",
    table: Any = None,
    downloads: Any = (),
    passport: str = "",
    height: str | int = "m",
    level: int = 3,
    notes: str = "",
    filename: str = "",
    empty: str = "",
    coverage: str = "",
    provisional: bool = False,
    demonstration: bool = False,
    stale: str = "",
) -> dict[str, Any]:
    """Context of components/chart.html.

    `table`: {"head": [...], "rows": [[...], ...], "caption": "", "numeric_from": 1}, or an object with these names;
    `downloads`: {"CSV": url, "XLSX": url}, pairs, or [{"label":, "url":}]; `height`: a name in HEIGHTS or pixels;
    `empty`: why there is nothing to draw (shown instead of the chart when `figure` is None or has no traces).
    """
    drawable = bool(figure and figure.get("data"))
    meta = {
        "title": title,
        "subtitle": subtitle,
        "source": source,
        "extracted": extracted,
        "coverage": coverage,
        "demonstration": demonstration,
        "filename": filename or id,
    }
    return {
        "id": id,
        "title": title,
        "subtitle": subtitle,
        "summary": summary,
        "source": source,
        "extracted": extracted,
        "notes": notes,
        "coverage": coverage,
        "provisional": provisional,
        "demonstration": demonstration,
        "stale": stale,
        "level": level,
        "passport": passport,
        "height": height_class(height),
        "drawable": drawable,
        "empty": empty or "There are no values to draw yet.",
        "table": table_twin(table),
        "downloads": _links(downloads),
        "label": ". ".join(part.rstrip(". ") for part in (title, subtitle, summary) if part),
        "json": safe_json({**_without_size(figure or {}), "adme": meta}) if drawable else "",
    }


def _without_size(figure: Mapping[str, Any]) -> dict[str, Any]:
    """The page decides the size; a height in the figure would fight with its class."""
    layout = {key: value for key, value in (figure.get("layout") or {}).items() if key not in ("height", "width")}
    return {**figure, "layout": layout}


def table_twin(table: Any) -> dict[str, Any] | None:
    """The chart's figures as a table, whatever the caller calls its parts; None when there is none."""
    if not table:
        return None
    head = _part(table, "head", "header", "headers", "columns")
    rows = _part(table, "rows", "body")
    if head is None or rows is None:
        return None
    first = _part(table, "numeric_from")
    return {
        "caption": _part(table, "caption", "title") or "",
        "head": [_text(cell) for cell in head],
        "rows": [[_text(cell) for cell in row] for row in rows],
        "numeric_from": 1 if first is None else first,
        "note": _part(table, "note", "notes") or "",
    }


def _part(table: Any, *names: str) -> Any:
    for name in names:
        found = table.get(name) if isinstance(table, Mapping) else getattr(table, name, None)
        if found is not None:
            return found
    return None


def _text(cell: Any) -> str:
    """A cell as text: a head may be {"label": ...}; a missing value has its sign."""
    if isinstance(cell, Mapping):
        cell = cell.get("label", cell.get("text"))
    return ".." if cell is None else str(cell)


def _links(downloads: Any) -> list[dict[str, str]]:
    if isinstance(downloads, Mapping):
        downloads = list(downloads.items())
    links = []
    for entry in downloads or ():
        if isinstance(entry, Mapping):
            label, url = entry.get("label") or entry.get("title"), entry.get("url") or entry.get("href")
        elif isinstance(entry, Sequence) and not isinstance(entry, str):
            label, url = entry[0], entry[1]
        else:
            label, url = getattr(entry, "label", ""), getattr(entry, "url", "")
        if label and url:
            links.append({"label": str(label).upper() if len(str(label)) <= 4 else str(label), "url": str(url)})
    return links
