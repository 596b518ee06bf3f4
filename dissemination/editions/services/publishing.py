"""Publication: a second analyst freezes the edition, numbers it, and from then on the database refuses every change."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from adme.accounts.models import User

from .. import selectors
from ..content import Content, Figure, ReplyMark
from ..errors import NotAllowedNow, Outdated, SamePerson
from ..models import Edition
from ..plain import hash_of
from ..reading import content_of, stored
from ..signals import edition_published
from ..states import EditionState, ReplyKind
from ..storing import store
from .common import require_state, trail

Seen = dict[tuple[str, str, int], dict[str, float | None]]  # {(area, leaf, period of the word): {period key: value}}
_NOTHING = object()


@transaction.atomic
def publish(*, edition: Edition, by: User, seen: int, now: datetime | None = None) -> Edition:
    """Freeze figures, texts, coverage, ratings, replies, tables, methods and the changes against the edition before."""
    now = now or timezone.now()
    # All rows, in one order: two publications at once wait for each other, so numbers have no gap and no twin.
    rows = {row.pk: row for row in Edition.objects.select_for_update().order_by("pk")}
    found = rows[edition.pk]
    if found.version != seen:
        raise Outdated("Somebody has changed this edition since you opened the page. Look at it again, then go on.")
    _check(found, by)
    published = [row for row in rows.values() if row.number is not None]
    found.previous = max(published, key=lambda row: row.number or 0, default=None)
    found.number = (found.previous.number or 0) + 1 if found.previous else 1
    found.published_at, found.published_by = now, by
    content = frozen(found)
    found.hash = hash_of(content)
    store(edition=found, content=content)
    found.state = EditionState.PUBLISHED
    found.version += 1
    found.save()
    trail(
        "published", found, by,
        after={"number": found.number, "hash": found.hash, "figures": len(content.figures),
               "changes": len(content.changes), "embargo_until": found.embargo_until},
    )  # fmt: skip
    edition_published.send(sender=Edition, edition=found, by=by)
    return found


def _check(edition: Edition, by: User) -> None:
    require_state(edition, EditionState.CLOSED, what="Publishing")
    if edition.drafted_by_id == by.pk:
        raise SamePerson("You drafted this edition. A second analyst has to publish it.")
    if edition.taken_at is None:
        raise NotAllowedNow("Take the figures first.")


def frozen(edition: Edition) -> Content:
    """The content as it will stand for good: with number and moment of publication, changes, and honest marks."""
    content = content_of(edition)
    previous = edition.previous
    changes = selectors.changes_between(stored(previous), content) if previous else ()
    stamp = replace(content.stamp, is_draft=False, hash="")
    content = replace(content, stamp=stamp, changes=changes, previous=str(previous.number) if previous else "")
    return replace(content, replies=honest_marks(content, selectors.seen_by_states(edition)))


def honest_marks(content: Content, seen: Seen) -> tuple[ReplyMark, ...]:
    """A state that confirmed has not confirmed a figure that changed afterwards: such a figure gets a mark of its own
    that says so. `seen` holds the figures that each word was about."""
    said = {(mark.area, mark.leaf, mark.period) for mark in content.replies}
    found: dict[tuple[str, str, int], ReplyMark] = {}
    for mark in content.replies:
        found.setdefault((mark.area, mark.leaf, mark.period), mark)
        if mark.kind != ReplyKind.CONFIRMED:
            continue
        known = seen.get((mark.area, mark.leaf, mark.period), {})
        for figure in content.series(mark.leaf, mark.area):
            place = (mark.area, mark.leaf, figure.period)
            meant = figure.period == mark.period if mark.period else place not in said
            if meant and not _stands(figure, known):
                found[place] = _not_confirmed(mark, figure, known)
    return tuple(found[place] for place in sorted(found))


def _stands(figure: Figure, known: dict[str, float | None]) -> bool:
    return known.get(str(figure.period), _NOTHING) == figure.value


def _not_confirmed(mark: ReplyMark, figure: Figure, known: dict[str, float | None]) -> ReplyMark:
    before = known.get(str(figure.period))
    stood = "there was no figure" if before is None else f"it was {before:.10g}"
    text = f"The figure changed after the state had confirmed; then {stood}."
    return replace(mark, period=figure.period, kind=str(ReplyKind.SILENT.value), text=text, at=None)
