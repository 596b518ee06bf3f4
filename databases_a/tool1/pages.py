"""The filters of the search page, from what the result knows."""

from __future__ import annotations

from typing import Any

from .models import Stand
from .selectors.search import COLUMN_FILTERS, TAG_FILTERS, SearchPage

MAIN = ("body", "status", "kra")


def filters_of(found: SearchPage) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Filters that stand open, and those that are folded away."""
    wanted = found.wanted
    text = {"name": "q", "label": "Words", "value": wanted.q, "kind": "search", "placeholder": "Title, output, place …"}
    main = [text, *(_choice(found, name) for name in MAIN), _year("first", "From year", wanted.first)]
    main.append(_year("last", "To year", wanted.last))
    more = [_choice(found, name) for name in (*TAG_FILTERS, *COLUMN_FILTERS) if name not in MAIN]
    if found.sees_submitted:
        options = [("", "Submitted or approved"), *((code, f"{label} only") for code, label in Stand.choices)]
        more.append({"name": "standing", "label": "Standing", "value": wanted.standing, "options": options})
    options = [("", "Latest report of each activity"), ("all", "All reports")]
    more.append({"name": "periods", "label": "Reports", "value": wanted.periods, "options": options})
    return main, more


def _choice(found: SearchPage, name: str) -> dict[str, Any]:
    _, vocabulary, label, everything = {**TAG_FILTERS, **COLUMN_FILTERS}[name]
    choices = found.words[vocabulary].choices
    value = getattr(found.wanted, name)
    options = [("", everything), *choices.items()]
    if value and value not in choices:
        options.append((value, found.words[vocabulary].label(value)))
    return {"name": name, "label": label, "value": value, "options": options}


def _year(name: str, label: str, value: int | None) -> dict[str, Any]:
    return {"name": name, "label": label, "value": value, "kind": "number", "placeholder": "any"}
