"""Record sets and the versions of their layouts: written by analysts in the browser, never changed once in force.

Every write checks the permission, runs in one transaction and leaves its mark in the audit trail.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import orjson
from django.db import IntegrityError, transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from adme.accounts.models import User
from adme.accounts.permissions import Permission, require
from adme.audit import services as audit
from adme.observations.periods import PeriodError, TimePeriod

from ..layout import BadLayout, Layout, read_layout
from ..models import RecipeVersion, RecordSet, SetVersion, Statistic
from ..recipes import read_recipe
from ..refusals import Refused
from ..shared_lists import faults_of_lists, known_lists
from ..tool import schedule

FIELDS = (
    "title", "body", "kind", "custodian", "legal_basis", "unit_of_record", "population", "coverage", "periodicity",
    "reference_period", "is_personal", "discards_rows", "is_proposed", "provenance", "first_period",
)  # fmt: skip
_FIXED = {"kind": "kind of set", "is_personal": "question whether one record is about one person"}
EMPTY: dict[str, Any] = {"columns": [], "rules": [], "most_refused": 0.05}


@transaction.atomic
def draft_set(*, code: str, fields: Mapping[str, Any], by: User) -> RecordSet:
    """A set with an empty draft of its first version. Nobody is asked for records before that is in force."""
    require(by, Permission.RECORD_SET_MANAGE)
    _check_period(fields)
    try:
        with transaction.atomic():
            record_set = RecordSet.objects.create(code=code, **{name: fields[name] for name in FIELDS})
    except IntegrityError as error:
        raise Refused(f"There is a record set with the code {code} already; choose another.", "code") from error
    SetVersion.objects.create(record_set=record_set, number=1, layout=EMPTY, made_by=by)
    audit.record(action="record_set.made", actor=by.email, target=_key(record_set), after=_told(record_set))
    return record_set


@transaction.atomic
def change_set(*, record_set: RecordSet, fields: Mapping[str, Any], by: User) -> RecordSet:
    """What the set is called and about. What reports stand on stays once a version has been in force."""
    require(by, Permission.RECORD_SET_MANAGE)
    _check_period(fields)
    found = _locked(record_set)
    before = _told(found)
    for name, what in _FIXED.items():
        if found.current_id is not None and fields[name] != getattr(found, name):
            raise Refused(f"The {what} is settled since version 1 is in force. Make another set for it.", name)
    for name in FIELDS:
        setattr(found, name, fields[name])
    after = _told(found)
    changed = [name for name in after if after[name] != before[name]]
    if changed:
        found.save()
        if found.current_id is not None:
            schedule(found)
        audit.record(
            action="record_set.changed",
            actor=by.email,
            target=_key(found),
            before={name: before[name] for name in changed},
            after={name: after[name] for name in changed},
        )
    return found


@transaction.atomic
def retire_set(*, record_set: RecordSet, reason: str, by: User) -> RecordSet:
    """No longer asked for; what was sent and published stays."""
    return _set_retired(record_set, True, reason, by)


@transaction.atomic
def return_set(*, record_set: RecordSet, reason: str, by: User) -> RecordSet:
    return _set_retired(record_set, False, reason, by)


def draft_of(record_set: RecordSet) -> SetVersion | None:
    return (
        SetVersion.objects.filter(record_set=record_set, state=SetVersion.State.DRAFT)
        .select_related("record_set", "made_by")
        .first()
    )


@transaction.atomic
def draft_version(*, record_set: RecordSet, by: User) -> SetVersion:
    """The draft of the next version: the one there is, or a copy of the version in force."""
    require(by, Permission.RECORD_SET_MANAGE)
    found = _locked(record_set)
    if found.is_retired:
        raise Refused("This record set is retired. Take it back into use before you change its layout.")
    draft = draft_of(found)
    if draft is None:
        layout = found.current.layout if found.current else EMPTY
        draft = SetVersion.objects.create(record_set=found, number=_next(found), layout=layout, made_by=by)
        audit.record(action="record_set.version_drafted", actor=by.email, target=_key(found, draft))
    return draft


def fingerprint(version: SetVersion) -> str:
    """Names what a draft says, so that nobody saves over, or adopts, another text than the one they saw."""
    return hashlib.sha256(orjson.dumps(version.layout, option=orjson.OPT_SORT_KEYS)).hexdigest()[:20]


@transaction.atomic
def change_version(*, version: SetVersion, layout: Mapping[str, Any], seen: str, by: User) -> SetVersion:
    """Write columns and rules of a draft. Raises BadLayout with a fault for each field, and Refused.

    What old files gave under the draft as it was is thrown away.
    """
    require(by, Permission.RECORD_SET_MANAGE)
    draft = _locked_draft(version)
    if fingerprint(draft) != seen:
        raise Refused("Somebody has changed the draft since you opened it. Open it again, then change it.")
    checked = check_layout(layout).as_json()
    if checked == draft.layout:
        return draft
    before, draft.layout = draft.layout, checked
    draft.save(update_fields=["layout", "updated_at"])
    draft.rechecks.all().delete()  # they tell of the rules before
    target = _key(draft.record_set, draft)
    audit.record(action="record_set.version_changed", actor=by.email, target=target, before=before, after=checked)
    return draft


@transaction.atomic
def save_layout(*, record_set: RecordSet, layout: Mapping[str, Any], seen: str, by: User) -> SetVersion:
    """Write columns and rules; the first save makes the draft, and `seen` is blank then. Raises like change_version."""
    require(by, Permission.RECORD_SET_MANAGE)
    check_layout(layout)
    draft = draft_of(_locked(record_set))
    if draft is None:
        if seen:
            raise Refused("The draft that you changed was adopted or discarded meanwhile. Open the columns again.")
        draft = draft_version(record_set=record_set, by=by)
        seen = fingerprint(draft)
    return change_version(version=draft, layout=layout, seen=seen, by=by)


def check_layout(layout: Mapping[str, Any]) -> Layout:
    """Raises BadLayout, also where a shared code list is named that there is not."""
    found = read_layout(layout)
    if faults := faults_of_lists(found, known_lists()):
        raise BadLayout(faults)
    return found


@transaction.atomic
def adopt_version(*, version: SetVersion, note: str, seen: str, by: User) -> SetVersion:
    """Put a draft into force: reports sent from now on follow it. Recipes that fit it go on, word for word.

    A submission keeps the version under which it was checked.
    """
    require(by, Permission.RECORD_SET_MANAGE)
    if not note.strip():
        raise Refused("Say what changes and why; ministries read it beside the new layout.", "note")
    record_set = _locked(version.record_set)
    draft = _locked_draft(version)
    if record_set.is_retired:
        raise Refused("This record set is retired. Take it back into use before you put a version into force.")
    if fingerprint(draft) != seen:
        raise Refused("The draft has been changed since you looked at it. Look at it again, then adopt it.")
    layout = check_layout(draft.layout)
    before = record_set.current.number if record_set.current else None
    record_set.versions.filter(state=SetVersion.State.IN_FORCE).update(state=SetVersion.State.SUPERSEDED)
    draft.number = max(draft.number, _next(record_set, but=draft))
    draft.state, draft.note, draft.adopted_by = SetVersion.State.IN_FORCE, note.strip(), by
    draft.adopted_at = timezone.now()
    draft.save()
    record_set.current = draft
    record_set.save(update_fields=["current"])
    carried = [_carry(one, draft, by) for one in fitting(record_set, layout)[0]]
    schedule(record_set)
    audit.record(
        action="record_set.version_adopted",
        actor=by.email,
        target=_key(record_set, draft),
        before={"version": before},
        after={"version": draft.number, "layout": draft.layout, "recipes carried over": carried},
        reason=draft.note,
    )
    return draft


@transaction.atomic
def discard_draft(*, version: SetVersion, by: User) -> None:
    """Delete a draft; the audit trail keeps what it said."""
    require(by, Permission.RECORD_SET_MANAGE)
    draft = _locked_draft(version)
    if draft.recipes.exists():
        raise Refused("A draft of a recipe was written for this version. Discard that one first.")
    target, before = _key(draft.record_set, draft), draft.layout
    draft.rechecks.all().delete()
    draft.delete()
    audit.record(action="record_set.draft_discarded", actor=by.email, target=target, before=before)


def fitting(record_set: RecordSet, layout: Layout) -> tuple[list[Statistic], list[tuple[Statistic, str]]]:
    """Statistics whose recipe in force reads records of this layout too, and those whose recipe does not, with why."""
    fit, misfit = [], []
    for one in _statistics(record_set):
        assert one.current is not None  # noqa: S101 - by the query
        try:
            read_recipe(one.current.recipe, layout)
        except BadLayout as error:
            misfit.append((one, str(error)))
        else:
            fit.append(one)
    return fit, misfit


def _statistics(record_set: RecordSet) -> QuerySet[Statistic]:
    found = Statistic.objects.filter(record_set=record_set, current__isnull=False, retired_at__isnull=True)
    return found.select_related("current").order_by("code")


def _carry(statistic: Statistic, layout: SetVersion, by: User) -> str:
    old = statistic.current
    assert old is not None  # noqa: S101 - the caller chose it by this
    old.state = RecipeVersion.State.SUPERSEDED
    old.save(update_fields=["state", "updated_at"])
    last = statistic.versions.aggregate(last=Max("number"))["last"]
    statistic.current = RecipeVersion.objects.create(
        statistic=statistic, number=last + 1, state=RecipeVersion.State.IN_FORCE, recipe=old.recipe, layout=layout,
        note=f"Unchanged; carried over to version {layout.number} of the record set.", made_by=old.made_by,
        adopted_by=by, adopted_at=timezone.now(),
    )  # fmt: skip
    statistic.save(update_fields=["current"])
    return statistic.code


def _set_retired(record_set: RecordSet, retired: bool, reason: str, by: User) -> RecordSet:
    require(by, Permission.RECORD_SET_MANAGE)
    if not reason.strip():
        raise Refused("Say why, in a sentence.", "reason")
    found = _locked(record_set)
    if found.is_retired == retired:
        raise Refused("This record set is retired already." if retired else "This record set is in use already.")
    found.retired_at = timezone.now() if retired else None
    found.save(update_fields=["retired_at"])
    action = "record_set.retired" if retired else "record_set.returned"
    audit.record(action=action, actor=by.email, target=_key(found), reason=reason.strip())
    return found


def _check_period(fields: Mapping[str, Any]) -> None:
    try:
        right = TimePeriod.parse(fields["first_period"]).frequency == fields["periodicity"]
    except PeriodError:
        right = False
    if not right:
        raise Refused("Write the first period as the periodicity asks: 2026, 2026-S1 or 2026-Q1.", "first_period")


def _locked(record_set: RecordSet) -> RecordSet:
    found = RecordSet.objects.select_for_update(of=("self",)).select_related("body", "current")
    return found.get(pk=record_set.pk)


def _locked_draft(version: SetVersion) -> SetVersion:
    found = SetVersion.objects.select_for_update(of=("self",)).select_related("record_set")
    draft = found.filter(pk=version.pk, state=SetVersion.State.DRAFT).first()
    if draft is None:
        raise Refused("This version is no draft any more: it was adopted or discarded. Draft a new one.")
    return draft


def _next(record_set: RecordSet, *, but: SetVersion | None = None) -> int:
    others = record_set.versions.exclude(pk=but.pk) if but else record_set.versions.all()
    return (others.aggregate(last=Max("number"))["last"] or 0) + 1


def _told(record_set: RecordSet) -> dict[str, Any]:
    return {name: str(record_set.body) if name == "body" else getattr(record_set, name) for name in FIELDS}


def _key(record_set: RecordSet, version: SetVersion | None = None) -> str:
    return f"record_set:{record_set.code}" + (f":v{version.number}" if version else "")
