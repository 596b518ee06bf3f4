"""The page that adds a record: where it belongs, and the few fields without which nobody knows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .. import tools
from ..fields import Field, Holder
from ..forms_records import Sent
from ..models import Obligation
from .locks import lock_sentence
from .records import Crumbs, behalf_sentence, crumbs, report_title, words_of
from .widgets import Beside, FieldView, Option, field_view, in_rows


@dataclass(frozen=True, slots=True)
class NewPage:
    report: Obligation
    report_title: str
    noun: str
    groups: tuple[Option, ...]
    fields: tuple[FieldView, ...]
    lock: str
    crumbs: Crumbs
    sentence: str = ""
    group_errors: tuple[str, ...] = ()
    reason_errors: tuple[str, ...] = ()
    reason: str = ""
    without: tuple[str, str, str] = ("", "", "")  # what to do where there is nothing to add it to
    behalf: str = ""
    problems: tuple[tuple[str, str], ...] = ()  # (id of the field, sentence), for the summary on top


def new_fields(obligation: Obligation) -> tuple[Field, ...]:
    """Of the plan, and obligatory before submission."""
    catalogue = tools.get(obligation.tool).catalogue
    return tuple(one for one in catalogue.fields if one.required and one.holder == Holder.PLAN)


def new_page(
    *,
    obligation: Obligation,
    user: Any,
    group: str = "",
    given: Sent | None = None,
    errors: Mapping[str, list[str]] | None = None,
    sentence: str = "",
) -> NewPage:
    tool, errors = tools.get(obligation.tool), errors or {}
    groups = tool.groups(obligation, for_user=user)
    beside, typed = Beside(vocabularies=words_of(obligation)), given.typed if given else {}
    chosen = groups[0].key if len(groups) == 1 else group
    ids = {"group": "new-group", "reason": "new-reason"}
    return NewPage(
        report=obligation,
        report_title=report_title(obligation),
        noun=tool.noun[0],
        groups=tuple(Option(one.key, one.title, one.key == chosen) for one in groups),
        fields=in_rows(
            field_view(one, one.empty, beside, typed=typed.get(one.name), errors=errors.get(one.name, ()))
            for one in new_fields(obligation)
        ),
        lock=lock_sentence(user, obligation),
        crumbs=crumbs(obligation, (f"New {tool.noun[0]}", "")),
        sentence=sentence,
        without=("", "", "") if groups else tool.without_groups(obligation),
        behalf=behalf_sentence(obligation, user),
        group_errors=tuple(errors.get("group", ())),
        reason_errors=tuple(errors.get("reason", ())),
        reason=given.reason if given else "",
        problems=tuple((ids.get(name, f"f-{name}"), text) for name, found in errors.items() for text in found),
    )
