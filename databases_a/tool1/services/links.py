"""What the officer decides about an overlap: linked, joint, or distinct because of something."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from adme.accounts.models import User
from adme.audit.services import record as audit
from adme.reporting.errors import NotAllowedNow, ReasonNeeded

from ..models import Activity, ActivityLink
from ..selectors.visibility import visible_to

LONGEST_REASON = 1000


@transaction.atomic
def decide(*, activity: UUID | str, other: UUID | str, kind: str, reason: str, by: User) -> ActivityLink | None:
    """Keep the decision, or take it back where `kind` is blank. The caller has found that `by` may edit `activity`."""
    mine = Activity.objects.get(public_id=activity)
    theirs = Activity.objects.filter(public_id=other).exclude(pk=mine.pk).first()
    if theirs is None or not visible_to(by).filter(activity=theirs).exists():
        raise NotAllowedNow("That activity is not readable any more; reload the page.")
    reason = reason.replace("\x00", "").strip()[:LONGEST_REASON]
    if kind == ActivityLink.Kind.DISTINCT and not reason:
        raise ReasonNeeded("Say because of what the two are distinct.")
    held = ActivityLink.objects.filter(activity=mine, other=theirs).first()
    before = {"kind": held.kind, "reason": held.reason} if held else None
    if not kind:
        link = None
        ActivityLink.objects.filter(activity=mine, other=theirs).delete()
    elif kind in ActivityLink.Kind.values:
        link, _ = ActivityLink.objects.update_or_create(
            activity=mine, other=theirs, defaults={"kind": kind, "reason": reason, "by": by}
        )
    else:
        raise NotAllowedNow("Choose link, joint or distinct.")
    audit(
        action="activity.related" if link else "activity.relation_removed",
        actor=by.email,
        target=f"activity {mine.public_id} and {theirs.public_id}",
        before=before,
        after={"kind": link.kind, "reason": link.reason} if link else None,
        reason=reason,
    )
    return link
