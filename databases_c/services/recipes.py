"""Statistics and their recipes: drafted by an analyst, looked at on a submission, adopted by another analyst.

Every write checks the permission, runs in one transaction and leaves its mark in the audit trail.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any

import orjson
from django.db import IntegrityError, transaction
from django.utils import timezone

from adme.accounts.models import User
from adme.accounts.permissions import Permission, require
from adme.audit import services as audit
from adme.audit.models import AuditEvent
from adme.observations import registry

from ..models import RecipeVersion, RecordSet, SetVersion, Statistic
from ..recipes import BadRecipe, Recipe, read_recipe
from ..refusals import Refused
from ..shared_lists import known_lists

CODE = re.compile(r"^[A-Z][A-Z0-9_]{2,39}$", re.ASCII)
LEAST_OF_PERSONS = 3  # in a cell of two, each of the two knows the other
DRAFTED, CHANGED = "record_recipe.drafted", "record_recipe.draft_changed"


@transaction.atomic
def make_statistic(
    *, code: str, record_set: RecordSet, title: str, unit: str, definition: str, by: User, is_proposed: bool = True
) -> Statistic:
    """A statistic without a recipe yet; its series appears once a recipe is adopted and reports are approved."""
    require(by, Permission.RECORD_SET_MANAGE)
    if not CODE.match(code):
        raise Refused("Write 3 to 40 capital letters, digits and _, a letter first, such as TEACHERS_TRAINED.", "code")
    if record_set.current is None or record_set.is_retired:
        raise Refused("This record set has no layout in force, so nothing can be compiled from it yet.", "record_set")
    fields = {"title": title, "unit": unit, "definition": definition, "is_proposed": is_proposed}
    try:
        with transaction.atomic():
            found = Statistic.objects.create(code=code, record_set=record_set, **fields)
    except IntegrityError as error:
        raise Refused(f"There is a statistic with the code {code} already; choose another.", "code") from error
    audit.record(
        action="statistic.made", actor=by.email, target=f"statistic:{code}", after={"set": record_set.code, **fields}
    )
    return found


@transaction.atomic
def describe_statistic(
    *,
    statistic: Statistic,
    title: str,
    unit: str,
    definition: str,
    by: User,
    is_proposed: bool | None = None,
    seen: str | None = None,
) -> Statistic:
    """What it is called and means. The unit of published figures changes with a recipe only.

    `is_proposed` None leaves the mark as it is; `seen` is the `description_mark` of the words that the person changed,
    None where nobody looked at them before.
    """
    require(by, Permission.RECORD_SET_MANAGE)
    statistic = Statistic.objects.select_for_update(of=("self",)).get(pk=statistic.pk)
    if seen is not None and seen != description_mark(statistic):
        raise Refused("Somebody has changed the statistic since you opened it. Open it again, then change it.")
    if unit != statistic.unit and statistic.current_id is not None:
        raise Refused("Figures are published in this unit. Make another statistic for another unit.", "unit")
    before = _described(statistic)
    after = {
        "title": title,
        "unit": unit,
        "definition": definition,
        "is_proposed": statistic.is_proposed if is_proposed is None else is_proposed,
    }
    if after == before:
        return statistic
    for name, text in after.items():
        setattr(statistic, name, text)
    statistic.save(update_fields=list(after))
    target = f"statistic:{statistic.code}"
    audit.record(action="statistic.described", actor=by.email, target=target, before=before, after=after)
    return statistic


def description_mark(statistic: Statistic) -> str:
    """Names the words of a statistic, so that nobody writes over others than the ones they saw."""
    return hashlib.sha256(orjson.dumps(_described(statistic), option=orjson.OPT_SORT_KEYS)).hexdigest()[:20]


def _described(statistic: Statistic) -> dict[str, Any]:
    return {name: getattr(statistic, name) for name in ("title", "unit", "definition", "is_proposed")}


def draft_of(statistic: Statistic) -> RecipeVersion | None:
    return (
        RecipeVersion.objects.filter(statistic=statistic, state=RecipeVersion.State.DRAFT)
        .select_related("statistic__record_set", "layout", "made_by")
        .first()
    )


def drafters_of(draft: RecipeVersion) -> list[str]:
    """E-mail addresses of all who wrote the draft or changed it, by the audit trail: none of them may adopt it."""
    events = AuditEvent.objects.on(_key(draft)).filter(action__in=[DRAFTED, CHANGED], at__gte=draft.created_at)
    found = [draft.made_by.email] if draft.made_by else []
    return list(dict.fromkeys([*events.order_by("sequence").values_list("actor", flat=True), *found]))


def fingerprint(draft: RecipeVersion) -> str:
    """Names what a draft says, so that nobody adopts another text than the one they saw."""
    told = [draft.recipe, draft.layout_id, draft.note, draft.number]
    return hashlib.sha256(orjson.dumps(told, option=orjson.OPT_SORT_KEYS)).hexdigest()[:20]


@transaction.atomic
def save_draft(
    *, statistic: Statistic, recipe: Mapping[str, Any], note: str, by: User, seen: str = ""
) -> RecipeVersion:
    """Write the draft of the statistic, or change it; `seen` is the fingerprint of the draft that was changed, if any.

    A draft is for the layout in force of its set. Previews of the text before are thrown away: they show another one.
    """
    require(by, Permission.RECORD_SET_MANAGE)
    layout = _layout_of(statistic)
    checked = check(statistic, recipe, layout)
    draft = _lock_draft(statistic)
    if draft is not None and fingerprint(draft) != seen:
        raise Refused("Somebody has changed the draft since you opened it. Open it again, then change it.")
    if draft is None and seen:
        raise Refused("The draft that you changed was adopted or discarded meanwhile. Open the recipe again.")
    before = draft.recipe if draft else None
    draft = draft or RecipeVersion(statistic=statistic, number=_next_number(statistic), made_by=by)
    draft.recipe, draft.layout, draft.note = checked.as_json(), layout, note.strip()
    try:
        with transaction.atomic():
            draft.save()
    except IntegrityError as error:
        raise Refused("Somebody has just written a draft for this statistic. Open it, then change it.") from error
    draft.compilations.filter(is_preview=True).delete()
    action = DRAFTED if before is None else CHANGED
    audit.record(action=action, actor=by.email, target=_key(draft), before=before, after=draft.recipe)
    return draft


@transaction.atomic
def discard_draft(*, statistic: Statistic, by: User) -> None:
    """Delete the draft and its previews. It never made a figure; the audit trail keeps what it said."""
    require(by, Permission.RECORD_SET_MANAGE)
    draft = _needed(_lock_draft(statistic))
    draft.compilations.filter(is_preview=True).delete()
    key, before = _key(draft), draft.recipe
    draft.delete()
    audit.record(action="record_recipe.draft_discarded", actor=by.email, target=key, before=before)


@transaction.atomic
def adopt_draft(*, statistic: Statistic, seen: str, reason: str, by: User) -> RecipeVersion:
    """Put the draft into force; the one before is superseded, and approved reports are compiled anew by a job."""
    require(by, Permission.RECORD_SET_MANAGE)
    if not reason.strip():
        raise Refused("Say why the recipe is adopted.", "reason")
    statistic = Statistic.objects.select_for_update(of=("self",)).select_related("record_set").get(pk=statistic.pk)
    draft = _needed(_lock_draft(statistic))
    if by.email in drafters_of(draft):
        raise Refused("You wrote in this draft. A second analyst has to adopt it.")
    if fingerprint(draft) != seen:
        raise Refused("The draft has been changed since you looked at it. Look at it again, then adopt it.")
    layout = _layout_of(statistic)
    if draft.layout_id != layout.pk:
        raise Refused(
            f"The record set has had a newer layout since, version {layout.number}. Open the draft and save it again."
        )
    _require_protection(statistic, check(statistic, draft.recipe, layout))
    old = RecipeVersion.objects.filter(statistic=statistic, state=RecipeVersion.State.IN_FORCE).first()
    if old is not None:
        old.state = RecipeVersion.State.SUPERSEDED
        old.save(update_fields=["state", "updated_at"])
    draft.state, draft.adopted_by, draft.adopted_at = RecipeVersion.State.IN_FORCE, by, timezone.now()
    draft.save(update_fields=["state", "adopted_by", "adopted_at", "updated_at"])
    statistic.current = draft
    statistic.save(update_fields=["current"])
    _compile_anew(statistic, by)
    audit.record(
        action="record_recipe.adopted",
        actor=by.email,
        target=_key(draft),
        before={"number": old.number, **old.recipe} if old else None,
        after={"number": draft.number, **draft.recipe},
        reason=reason.strip(),
    )
    return draft


def check(statistic: Statistic, recipe: Mapping[str, Any], version: SetVersion) -> Recipe:
    """The recipe as it is read. Refused with a sentence for each fault, also where its denominator is no series."""
    try:
        found = read_recipe(recipe, version.read_layout())
    except BadRecipe as error:
        faults = [f"{one.place.replace('_', ' ')}: {one.remedy}" for one in error.faults]
        raise Refused("The recipe cannot be carried out.", faults=faults) from error
    known = known_lists() if any(one.code_list for one in found.dimensions) else {}
    if strange := [one.code_list for one in found.dimensions if one.code_list and one.code_list not in known]:
        raise Refused(f"There is no shared code list '{strange[0]}'. Name one that is, such as CL_SEX, or none.")
    series = found.denominator.series if found.denominator else ""
    if series == statistic.series_code:
        raise Refused("A statistic cannot be divided by itself. Name another series.", "denominator_series")
    if series and not registry.describe({series}):
        raise Refused(
            f"There is no series '{series}'. Copy its code from the page of the series, such as WB_WDI:SP.POP.TOTL.",
            "denominator_series",
        )
    return found


def _require_protection(statistic: Statistic, recipe: Recipe) -> None:
    """What readers get of records about persons has a smallest cell; a draft may be looked at without."""
    if statistic.record_set.is_personal and recipe.minimum_cell < LEAST_OF_PERSONS:
        raise Refused(
            f"One record of this set is about one person, so a published cell needs at least {LEAST_OF_PERSONS} "
            "records. Change the draft: set the smallest number of records in a published cell.",
            "minimum_cell",
        )


def _compile_anew(statistic: Statistic, by: User) -> None:
    from .compile import recompile

    recompile(statistic, by=by)


def _layout_of(statistic: Statistic) -> SetVersion:
    current = statistic.record_set.current
    if current is None:
        raise Refused("The record set has no layout in force. Adopt one first.")
    return current


def _lock_draft(statistic: Statistic) -> RecipeVersion | None:
    return (
        RecipeVersion.objects.select_for_update(of=("self",))
        .filter(statistic=statistic, state=RecipeVersion.State.DRAFT)
        .select_related("made_by", "statistic")
        .first()
    )


def _needed(draft: RecipeVersion | None) -> RecipeVersion:
    if draft is None:
        raise Refused("There is no draft any more: it was adopted or discarded.")
    return draft


def _next_number(statistic: Statistic) -> int:
    last = RecipeVersion.objects.filter(statistic=statistic).order_by("-number").first()
    return last.number + 1 if last else 1


def _key(draft: RecipeVersion) -> str:
    return f"record_recipe:{draft.statistic.code}:v{draft.number}"
