"""What the record page shows: sections with their fields, what stands beside them, and the way to other records."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.urls import NoReverseMatch, reverse

from adme.common.formatting import moment
from adme.observations.periods import TimePeriod

from .. import access, tools, vocabularies
from ..fields import Catalogue, Section, Values
from ..models import Comment, Evidence, Obligation, RecordChange
from ..selectors.readiness import check_record
from ..services.common import owes_reason
from ..services.revisions import named_in_approval
from ..tools import Contradiction, Record
from ..vocabularies import Vocabulary
from .locks import can_edit, lock_sentence, window_sentence
from .sections import Refused, SectionView, section_views
from .widgets import Beside

Crumbs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Doubt:
    code: str
    sentence: str
    links: tuple[tuple[str, str], ...]  # (id of the field, its label)
    kept: str = ""


@dataclass(frozen=True, slots=True)
class Todo:
    sentence: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class Checks:
    todos: tuple[Todo, ...]
    warnings: tuple[Doubt, ...]
    kept: tuple[Doubt, ...]


@dataclass(frozen=True, slots=True)
class FailedEvidence:
    """Evidence that was not taken, to be given again as it was typed. `place` is the field that is to be mended."""

    kind: str  # link or file
    place: str
    sentence: str
    title: str = ""
    url: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RecordPage:
    report: Obligation
    report_title: str
    noun: str
    record: Record
    sections: tuple[SectionView, ...]
    can_edit: bool
    lock: str
    window: str
    checks: Checks
    comments: list[Comment]
    evidence: list[Evidence]
    may_talk: bool
    panel_url: str
    crumbs: Crumbs
    position: str
    saved: str
    behalf: str  # why this user must give a reason with every act here; '' for the reporter
    failed: FailedEvidence | None = None
    previous: Record | None = None
    following: Record | None = None


def report_title(obligation: Obligation) -> str:
    return f"{tools.get(obligation.tool).title} {obligation.round.period_label}, {obligation.reporter_label}"


def crumbs(obligation: Obligation, *last: tuple[str, str]) -> Crumbs:
    return (
        ("My work", _address("my_work")),
        (report_title(obligation), _address("report", obligation.public_id)),
        *last,
    )


def _address(name: str, *args: Any) -> str:
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def words_of(obligation: Obligation) -> dict[str, Vocabulary]:
    tool = tools.get(obligation.tool)
    return vocabularies.load(tool.catalogue.vocabularies, tool.framework(obligation))


def find(obligation: Obligation, key: str, user: Any) -> Record:
    """The record, or Http404 where this report has none of that key (or not for this user)."""
    found = tools.get(obligation.tool).records(obligation, keys=[key], for_user=user)
    if not found:
        raise Http404("There is no such record in this report.")
    return found[0]


def section_of(obligation: Obligation, name: str) -> Section:
    for section in tools.get(obligation.tool).catalogue.sections:
        if section.name == name:
            return section
    raise Http404("There is no such section.")


def record_page(
    *,
    obligation: Obligation,
    key: str,
    user: Any,
    refused: Refused | None = None,
    failed: FailedEvidence | None = None,
) -> RecordPage:
    tool = tools.get(obligation.tool)
    everything = tool.records(obligation, for_user=user)
    place = next((number for number, one in enumerate(everything) if one.key == key), None)
    if place is None:
        raise Http404("There is no such record in this report.")
    record, editable = everything[place], can_edit(user, obligation)
    previous = tool.previous(obligation, [key]).get(key)
    beside = Beside(
        vocabularies=words_of(obligation),
        previous=previous,
        approved=record.approved,
        changed=_changed_fields(obligation, key),
    )
    found, comments = checks(obligation, record, previous), comments_of(obligation, key)
    return RecordPage(
        report=obligation,
        report_title=report_title(obligation),
        noun=tool.noun[0],
        record=record,
        sections=section_views(
            catalogue=tool.catalogue,
            record=record,
            beside=beside,
            refused=refused,
            editable=editable,
            todo=todo_by_section(tool.catalogue, found),
            discussed=frozenset(one.field for one in comments if one.field and one.resolved_at is None),
        ),
        can_edit=editable,
        lock=lock_sentence(user, obligation),
        window=window_sentence(obligation) if editable else "",
        checks=found,
        comments=comments,
        evidence=evidence_of(obligation, key),
        may_talk=access.may_edit(user, obligation),
        panel_url=panel_url(tool, obligation, key),
        crumbs=crumbs(obligation, (record.title, "")),
        position=f"{place + 1} of {len(everything)}",
        saved=saved_sentence(record),
        behalf=behalf_sentence(obligation, user) if editable else "",
        failed=failed,
        previous=everything[place - 1] if place else None,
        following=everything[place + 1] if place + 1 < len(everything) else None,
    )


def todo_by_section(catalogue: Catalogue, found: Checks) -> dict[str, int]:
    """How many things each section has to mend; what concerns several fields counts where the first of them stands."""
    places = [one.field for one in found.todos]
    places += [one.links[0][0].removeprefix("f-") for one in found.warnings if one.links]
    return dict(Counter(catalogue.by_name[name].section for name in places if name in catalogue.by_name))


def behalf_sentence(obligation: Obligation, user: Any) -> str:
    """Said to a reviewer who writes for the reporter and has not yet said why."""
    return f"You write on behalf of {obligation.reporter_label}. Say why." if owes_reason(obligation, user) else ""


def saved_sentence(record: Record) -> str:
    if not record.updated_at:
        return "Not saved in this report yet"
    return f"Last saved {moment(record.updated_at)}" + (f" by {record.updated_by}" if record.updated_by else "")


def panel_url(tool: Any, obligation: Obligation, key: str) -> str:
    name = getattr(tool, "panel_url_name", "")
    return _address(name, obligation.public_id, key) if name else ""


def _changed_fields(obligation: Obligation, key: str) -> frozenset[str]:
    found = RecordChange.objects.filter(obligation=obligation, record_key=key).order_by()
    return frozenset(found.values_list("field", flat=True).distinct())


def comments_of(obligation: Obligation, key: str) -> list[Comment]:
    found = Comment.objects.filter(obligation=obligation, record_key=key)
    return list(found.select_related("by", "resolved_by").order_by("id"))


def evidence_of(obligation: Obligation, key: str) -> list[Evidence]:
    found = Evidence.objects.filter(obligation=obligation, record_key=key, removed_at__isnull=True)
    rows = list(found.select_related("added_by").order_by("id"))
    held = named_in_approval(obligation) if rows else set()
    for one in rows:
        if str(one.public_id) in held:
            one.why_asked = "It stood in an approved report. Say why it is taken away."
    return rows


def checks(obligation: Obligation, record: Record, previous: Values | None) -> Checks:
    """What is missing before submission, and what does not go together."""
    tool = tools.get(obligation.tool)
    period_end = TimePeriod.from_key(obligation.round.period).last_day.isoformat()
    found = check_record(tool, record, previous, period_end)

    def warning(one: Contradiction, kept: str = "") -> Doubt:
        named = [tool.catalogue.by_name[name] for name in one.fields if name in tool.catalogue.by_name]
        return Doubt(one.code, one.sentence, tuple((f"f-{each.name}", each.label) for each in named), kept)

    return Checks(
        todos=tuple(Todo(one.sentence, one.field) for one in found.blockers),
        warnings=tuple(warning(one) for one in found.contradictions),
        kept=tuple(warning(one.contradiction, one.reason) for one in found.kept),
    )


def checks_now(obligation: Obligation, record: Record) -> Checks:
    """The same after a save, when only the record is at hand."""
    return checks(obligation, record, tools.get(obligation.tool).previous(obligation, [record.key]).get(record.key))
