"""The grid: many records at once. Cells are plain text; the script makes an editor of a cell when it is entered."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.core.paginator import Page, Paginator
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from adme.common.text import fold

from .. import tools
from ..fields import Catalogue, Field, Holder, Kind, is_empty, shown, token
from ..forms_records import form_value
from ..models import Obligation
from ..tools import Record
from ..vocabularies import Vocabulary
from .locks import can_edit, lock_sentence, window_sentence
from .records import Crumbs, behalf_sentence, crumbs, report_title, words_of
from .sections import can_copy

PAGE_SIZE = 500
MISSING = "_missing"  # a choice of the status filter
_CODED = frozenset({Kind.CODE, Kind.CODES, Kind.YES_NO})
_NUMBERS = frozenset({Kind.NUMBER, Kind.PERCENT, Kind.AMOUNT})


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    label: str
    help: str
    kind: str
    is_required: bool
    is_number: bool


@dataclass(frozen=True, slots=True)
class Filters:
    q: str = ""
    status: str = ""
    group: str = ""

    @property
    def is_set(self) -> bool:
        return bool(self.q or self.status or self.group)


@dataclass(frozen=True, slots=True)
class GridPage:
    report: Obligation
    report_title: str
    nouns: tuple[str, str]
    columns: tuple[Column, ...]
    rows: list[SafeString]
    page: Page[Record]
    total: int
    filters: Filters
    filter_fields: list[dict[str, Any]]
    settings: dict[str, Any]
    can_edit: bool
    lock: str
    window: str
    crumbs: Crumbs
    has_copy: bool = False
    behalf: str = ""


def grid_page(*, obligation: Obligation, user: Any, filters: Filters, number: str) -> GridPage:
    tool = tools.get(obligation.tool)
    records, words = tool.records(obligation, for_user=user), words_of(obligation)
    editable = can_edit(user, obligation)
    page = Paginator(_wanted(records, filters, tool.catalogue), PAGE_SIZE).get_page(number)
    fields = tool.catalogue.grid
    return GridPage(
        report=obligation,
        report_title=report_title(obligation),
        nouns=tool.noun,
        columns=tuple(
            Column(one.name, one.label, one.help, one.kind.value, one.required, one.kind in _NUMBERS) for one in fields
        ),
        rows=list(_rows(obligation, page.object_list, tool.catalogue, words)),
        page=page,
        total=len(records),
        filters=filters,
        filter_fields=_filter_fields(tool.catalogue, words, records, filters),
        settings=_settings(obligation, user, fields, words),
        can_edit=editable,
        lock=lock_sentence(user, obligation),
        window=window_sentence(obligation) if editable else "",
        crumbs=crumbs(obligation, ("Grid", "")),
        has_copy=editable and _can_copy(obligation, records, tool.catalogue.fields),
        behalf=behalf_sentence(obligation, user) if editable else "",
    )


def _can_copy(obligation: Obligation, records: list[Record], fields: tuple[Field, ...]) -> bool:
    """Some record has a blank that last period's value could fill."""
    previous = tools.get(obligation.tool).previous(obligation, [one.key for one in records]) if records else {}
    return any(one.key in previous and can_copy(fields, one.values, previous[one.key]) for one in records)


def _status_field(catalogue: Catalogue) -> Field | None:
    """The list by which a grid is filtered: the first one of the period's report."""
    return next((one for one in catalogue.grid if one.kind == Kind.CODE and one.holder == Holder.REPORT), None)


def _wanted(records: list[Record], filters: Filters, catalogue: Catalogue) -> list[Record]:
    text, status = fold(filters.q), _status_field(catalogue)
    found = records
    if text:
        found = [one for one in found if text in fold(one.title)]
    if filters.group:
        found = [one for one in found if one.group == filters.group]
    if filters.status and status is not None:
        wanted = "" if filters.status == MISSING else filters.status
        found = [one for one in found if one.values.get(status.name, "") == wanted]
    return found


def _filter_fields(
    catalogue: Catalogue, words: Mapping[str, Vocabulary], records: list[Record], filters: Filters
) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {"name": "q", "label": "Title holds", "value": filters.q, "kind": "search"},
    ]
    status = _status_field(catalogue)
    if status is not None:
        choices = [("", "All"), (MISSING, "Not filled in yet"), *words[status.vocabulary].choices.items()]
        found.append({"name": "status", "label": status.label, "value": filters.status, "options": choices})
    groups = dict.fromkeys(one.group for one in records)
    if len(groups) > 1:
        choices = [("", "All"), *((one, one) for one in groups)]
        found.append({"name": "group", "label": "Part of", "value": filters.group, "options": choices})
    return found


def _settings(
    obligation: Obligation, user: Any, fields: tuple[Field, ...], words: Mapping[str, Vocabulary]
) -> dict[str, Any]:
    """What the script needs once for all rows: the columns, and each list once."""
    named = {one.vocabulary for one in fields if one.vocabulary}
    return {
        "user": str(user.pk),
        "report": str(obligation.public_id),
        "fields": [
            {
                "name": one.name,
                "label": one.label,
                "kind": one.kind.value,
                "list": one.vocabulary,
                "max": one.max_length,
                "plan": one.holder == Holder.PLAN,
            }
            for one in fields
        ],
        "lists": {name: list(words[name].choices.items()) for name in sorted(named)},
    }


def _rows(
    obligation: Obligation, records: Any, catalogue: Catalogue, words: Mapping[str, Vocabulary]
) -> Iterator[SafeString]:
    """Rows as markup, made by hand: ten thousand cells through the template engine would take a second."""
    record_address = reverse("record", args=[obligation.public_id, "KEY"])
    row_address = reverse("grid_row", args=[obligation.public_id, "KEY"])
    fields, required = catalogue.grid, tuple(one for one in catalogue.fields if one.required)
    for record in records:
        key = quote(record.key, safe="")
        cells = "".join(cell(one, record.values.get(one.name, one.empty), words) for one in fields)
        yield mark_safe(  # every value in it is escaped
            f'<tr data-key="{escape(record.key)}" data-token="{token(record.values, fields)}" '
            f'data-url="{row_address.replace("KEY", key)}">'
            f'<th scope="row"><a href="{record_address.replace("KEY", key)}">{escape(record.title)}</a>'
            f'<span class="grid-state" data-state>{escape(missing_sentence(record, required))}</span></th>{cells}</tr>'
        )


def missing_sentence(record: Record, required: tuple[Field, ...]) -> str:
    missing = sum(1 for one in required if is_empty(record.values.get(one.name, one.empty)))
    return f"{missing} missing" if missing else ""


def cell(one: Field, value: Any, words: Mapping[str, Vocabulary]) -> str:
    """`data-v` holds what is stored where the text does not."""
    text = escape(shown(one, value, words))
    kind = ' class="num"' if one.kind in _NUMBERS else ' class="long"' if one.kind == Kind.LONG_TEXT else ""
    stored = ""
    if one.kind in _CODED and not is_empty(value):
        stored = f' data-v="{escape(json.dumps(form_value(one, value)))}"'
    return f'<td data-f="{one.name}"{kind}{stored}>{text}</td>'


def texts(record: Record, fields: tuple[Field, ...], words: Mapping[str, Vocabulary]) -> dict[str, str]:
    """What the cells of a saved row show."""
    return {one.name: shown(one, record.values.get(one.name, one.empty), words) for one in fields}
