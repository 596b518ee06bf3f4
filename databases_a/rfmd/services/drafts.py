"""Drafts of recipes: written and discarded by analysts, adopted by one who did not write them."""

from __future__ import annotations

import hashlib
from typing import Any

import orjson
from django.db import IntegrityError, transaction
from django.utils import timezone

from adme.accounts.models import User
from adme.audit import services as audit
from adme.observations.services import bump_data_version

from ..errors import NotAllowedNow
from ..models import KpiLeaf, Recipe
from ..recipes import DEFINITION, faults
from .runs import enqueue_aggregation


def definition_of(recipe: Recipe) -> dict[str, Any]:
    return {name: getattr(recipe, name) for name in DEFINITION}


def fingerprint(recipe: Recipe) -> str:
    """Names what a draft says, so that nobody adopts another text than the one they saw."""
    return hashlib.sha256(orjson.dumps(definition_of(recipe), option=orjson.OPT_SORT_KEYS)).hexdigest()[:20]


@transaction.atomic
def save_draft(*, leaf: KpiLeaf, definition: dict[str, Any], by: User, seen: str = "") -> Recipe:
    """Write the draft of the leaf, or change it; `seen` is the fingerprint of the draft that was changed, if any."""
    found = faults(definition)
    if found:
        raise NotAllowedNow(" ".join(found))
    draft = Recipe.objects.select_for_update().filter(leaf=leaf, state=Recipe.State.DRAFT).first()
    if draft is not None and fingerprint(draft) != seen:
        raise NotAllowedNow("Somebody has changed the draft since you opened it. Open it again, then change it.")
    before = definition_of(draft) if draft else None
    draft = draft or Recipe(leaf=leaf, version=_next_version(leaf), state=Recipe.State.DRAFT)
    for name in DEFINITION:
        setattr(draft, name, definition[name])
    draft.drafters = list(dict.fromkeys([*draft.drafters, by.email]))
    try:
        with transaction.atomic():
            draft.save()
    except IntegrityError as error:
        raise NotAllowedNow("Somebody has just written a draft for this KPI. Open it, then change it.") from error
    action = "recipe.draft_changed" if before else "recipe.drafted"
    audit.record(action=action, actor=by.email, target=_key(draft), before=before, after=definition_of(draft))
    return draft


@transaction.atomic
def discard_draft(*, leaf: KpiLeaf, by: User) -> None:
    """Delete the leaf's draft. It never made a figure; the audit trail keeps what it said."""
    draft = _locked(leaf)
    key, before = _key(draft), definition_of(draft)
    draft.delete()
    audit.record(action="recipe.draft_discarded", actor=by.email, target=key, before=before)


@transaction.atomic
def adopt_draft(*, leaf: KpiLeaf, seen: str, reason: str, by: User) -> Recipe:
    """Put the draft into force: the old version is retired, and the leaf is computed anew by a job."""
    if not reason.strip():
        raise NotAllowedNow("Say why the recipe is adopted.", "reason")
    draft = _locked(leaf)
    if by.email in draft.drafters:
        raise NotAllowedNow("You wrote this draft. A second analyst has to adopt it.")
    if fingerprint(draft) != seen:
        raise NotAllowedNow("The draft has been changed since you looked at it. Look at the rehearsal again.")
    found = faults(definition_of(draft))
    if found:
        raise NotAllowedNow(" ".join(found))
    old = Recipe.objects.select_for_update().filter(leaf=leaf, state=Recipe.State.ADOPTED).first()
    if old is not None:
        old.state = Recipe.State.RETIRED
        old.save(update_fields=["state", "updated_at"])
    if Recipe.objects.filter(leaf=leaf, version__gt=draft.version).exists():
        draft.version = _next_version(leaf)  # the reference data brought a version in the meantime
    draft.state, draft.adopted_at, draft.adopted_by = Recipe.State.ADOPTED, timezone.now(), by.email
    draft.adoption_reason = reason.strip()
    draft.save()
    bump_data_version()
    trigger = f"recipe v{draft.version} of {leaf.code} adopted"
    enqueue_aggregation(leaf_codes=[leaf.code], trigger=trigger, actor=by.email, by=by)
    audit.record(
        action="recipe.adopted",
        actor=by.email,
        target=_key(draft),
        before={"version": old.version, **definition_of(old)} if old else None,
        after={"version": draft.version, "drafters": draft.drafters, **definition_of(draft)},
        reason=draft.adoption_reason,
    )
    return draft


def _locked(leaf: KpiLeaf) -> Recipe:
    draft = Recipe.objects.select_for_update().filter(leaf=leaf, state=Recipe.State.DRAFT).first()
    if draft is None:
        raise NotAllowedNow("There is no draft any more: it was adopted or discarded.")
    return draft


def _next_version(leaf: KpiLeaf) -> int:
    last = Recipe.objects.filter(leaf=leaf).order_by("-version").first()
    return last.version + 1 if last else 1


def _key(recipe: Recipe) -> str:
    return f"recipe:{recipe.leaf.code}:v{recipe.version}"
