"""Template tags and filters of every page, registered as builtins: no `{% load %}` is needed.

Filters: number, signed, percent, share, points, period, day, moment, file_size, status_mark, get.
Tags: icon, query, sort_head, pagination, chart, and the blocks card and table_frame. The components that are plain
includes are listed in templates/components/README.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django import template
from django.http import QueryDict
from django.template.loader import get_template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from adme.common import charting, formatting

register = template.Library()

register.filter("period", formatting.period)
register.filter("day", formatting.day)
register.filter("moment", formatting.moment)
register.filter("file_size", formatting.file_size)
register.filter("status_mark", formatting.status_mark)


@register.filter
def number(value: object, decimals: int | None = None) -> str:
    """`{{ value|number:1 }}`: thin spaces between thousands, `..` for none."""
    return formatting.number(value, decimals)


@register.filter
def signed(value: object, decimals: int | None = None) -> str:
    return formatting.number(value, decimals, sign=True)


@register.filter
def percent(value: object, decimals: int | None = None) -> str:
    """For a value already in per cent; see `share` for one from 0 to 1."""
    return formatting.percent(value, decimals)


@register.filter
def share(value: object, decimals: int = 0) -> str:
    return formatting.share(value, decimals)


@register.filter
def points(value: object, decimals: int = 1) -> str:
    return formatting.points(value, decimals)


@register.filter
def get(mapping: Mapping[Any, Any], key: object) -> object:
    """`{{ row|get:column }}`: a value by a key held in a variable; empty when absent."""
    return mapping.get(key, "")


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """`{% icon "download" %}`: decorative unless it has a label."""
    return _icon(name, label)


@lru_cache(maxsize=500)  # a page has dozens of them, and the storage is asked for the file's name each time
def _icon(name: str, label: str) -> SafeString:
    href = f"{static('vendor/tabler-icons/sprite.svg')}#{name}"
    if label:
        return format_html('<svg class="icon" role="img" aria-label="{}"><use href="{}"/></svg>', label, href)
    return format_html('<svg class="icon" aria-hidden="true" focusable="false"><use href="{}"/></svg>', href)


def _changed_query(context: template.Context, changes: Mapping[str, Any]) -> str:
    request = context.get("request")
    query = request.GET.copy() if request is not None else QueryDict(mutable=True)
    if "page" not in changes:
        query.pop("page", None)  # another filter or order begins at the first page
    for key, value in changes.items():
        query.pop(key, None)
        if isinstance(value, list | tuple):
            query.setlist(key, [str(each) for each in value])
        elif value is not None and value != "":
            query[key] = str(value)
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: Any) -> str:
    """`href="{% query year=2024 %}"`: the present address with one parameter changed; None or '' removes it."""
    return _changed_query(context, changes)


@register.inclusion_tag("components/sort_head.html", takes_context=True)
def sort_head(context: template.Context, key: str, label: str, numeric: bool = False, unit: str = "") -> dict[str, Any]:
    """A table head that sorts by `?sort=key`, and by `?sort=-key` when asked again. The view validates the key."""
    request = context.get("request")
    current = request.GET.get("sort", "") if request is not None else ""
    direction = {key: "ascending", f"-{key}": "descending"}.get(current, "none")
    following = f"-{key}" if current == key else key
    address = _changed_query(context, {"sort": following})
    return {"label": label, "unit": unit, "numeric": numeric, "direction": direction, "address": address}


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: template.Context, page: Any, label: str = "Pages") -> dict[str, Any]:
    """Links to the other pages of a Django `Page`, keeping every filter in the address."""
    numbers = [
        {"text": str(each), "address": _changed_query(context, {"page": each}), "current": each == page.number}
        if isinstance(each, int)
        else {"text": str(each), "address": "", "current": False}
        for each in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    ]
    return {
        "page": page,
        "label": label,
        "numbers": numbers,
        "previous": _changed_query(context, {"page": page.number - 1}) if page.has_previous() else "",
        "following": _changed_query(context, {"page": page.number + 1}) if page.has_next() else "",
    }


@register.simple_block_tag(takes_context=False)
def card(content: str, title: str = "", subtitle: str = "", level: int = 2, kind: str = "") -> SafeString:
    """`{% card title="Definition" %}...{% endcard %}`: a titled section between rules."""
    return _render(
        "components/card.html",
        {"title": title, "subtitle": subtitle, "level": level, "kind": kind, "body": mark_safe(content)},
    )


@register.simple_block_tag(takes_context=False)
def table_frame(content: str, label: str, note: str = "", height: str = "") -> SafeString:
    """`{% table_frame label="Values by state" %}<table class="table">...{% endtable_frame %}`.

    Scrolls by itself, keeps head and first column in sight, and can be reached by keyboard. `height="tall"` limits it.
    """
    return _render(
        "components/table_frame.html",
        {"label": label, "note": note, "height": height, "body": mark_safe(content)},
    )


@register.inclusion_tag("components/chart.html")
def chart(
    *,
    figure: Mapping[str, Any] | None,
    id: str,
    title: str,
    **options: Any,
) -> dict[str, Any]:
    """A figure with its title, sentence, source, table twin and downloads; see charting.chart_context."""
    return charting.chart_context(figure=figure, id=id, title=title, **options)


def _render(name: str, context: dict[str, Any]) -> SafeString:
    return SafeString(get_template(name).render(context))
