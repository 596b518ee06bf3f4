"""An edition while analysts work on it: its particulars, figures, texts and embargo."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone

from adme.accounts.models import User
from adme.reporting.models import Notice
from adme.reporting.services.outbox import Message, send

from .. import live, selectors
from ..content import Content
from ..errors import BadValue, NotAllowedNow
from ..models import Edition, EditionText
from ..reading import HEADINGS, place_of, stored
from ..states import EditionState
from ..storing import store
from .common import OPEN_STATES, key_of, locked, one_line, plain, require_state, save, trail

OWN_TEXTS = ("foreword", "notes")  # may be written though nothing is made automatically


@transaction.atomic
def draft_edition(
    *, title: str, meeting: str, meeting_on: date, by: User, embargo_until: datetime | None = None
) -> Edition:
    edition = Edition.objects.create(
        title=one_line(title, field="title", name="A title"),
        meeting=one_line(meeting, field="meeting", name="The meeting"),
        meeting_on=meeting_on,
        embargo_until=embargo_until,
        drafted_by=by,
    )
    trail("drafted", edition, by, after=_told(edition))
    return edition


@transaction.atomic
def change_edition(*, edition: Edition, title: str, meeting: str, meeting_on: date, by: User, seen: int) -> Edition:
    found = _unpublished(edition, seen)
    before = _told(found)
    found.title = one_line(title, field="title", name="A title")
    found.meeting = one_line(meeting, field="meeting", name="The meeting")
    found.meeting_on = meeting_on
    save(found, "title", "meeting", "meeting_on")
    trail("changed", found, by, before=before, after=_told(found))
    return found


@transaction.atomic
def set_embargo(*, edition: Edition, until: datetime | None, by: User, seen: int) -> Edition:
    """Readers see the edition from this moment on; None: from its publication."""
    found = _unpublished(edition, seen)
    before, found.embargo_until = found.embargo_until, until
    save(found, "embargo_until")
    trail("embargo_set", found, by, before={"until": before}, after={"until": until})
    return found


@transaction.atomic
def take_figures(*, edition: Edition, by: User, seen: int, now: datetime | None = None) -> Edition:
    """Read today's figures into the draft. While states reply nothing moves under them."""
    now = now or timezone.now()
    found = locked(edition, seen=seen)
    require_state(found, *OPEN_STATES, what="Taking the figures")
    content = live.take(title=found.title, meeting=found.meeting, meeting_on=found.meeting_on, now=now)
    hold(found, content)
    save(found, "taken_at", "data_version", "framework", "is_demonstration")
    trail(
        "figures_taken", found, by,
        after={"figures": len(content.figures), "data_version": found.data_version, "changes": len(content.changes)},
    )  # fmt: skip
    return found


def hold(edition: Edition, content: Content) -> None:
    """Put a content into the rows of a draft, with its changes against the latest edition. The caller saves it."""
    previous = selectors.latest_published()
    if previous is not None:
        changes = selectors.changes_between(stored(previous), content)
        content = replace(content, changes=changes, previous=str(previous.number))
    store(edition=edition, content=content)
    edition.taken_at = content.stamp.taken_at
    edition.data_version = content.stamp.data_version
    edition.framework = content.framework
    # What a demonstration user drafts is a demonstration, whatever its figures are.
    edition.is_demonstration = content.stamp.is_demonstration or edition.drafted_by.is_demonstration


@transaction.atomic
def write_text(*, edition: Edition, key: str, text: str, by: User, seen: int) -> Edition:
    """An own text in the place of the automatic one. An empty text brings the automatic one back."""
    found = _unpublished(edition, seen)
    if key not in known_texts(found):
        raise BadValue("There is no such text in this edition.", "key")
    text = plain(text, field="text")
    row = found.own_texts.filter(key=key).first()
    before = row.text if row else ""
    if not text:
        return _restored(found, key, before, by) if row else found
    if row is not None and before == text:
        return found
    EditionText.objects.update_or_create(edition=found, key=key, defaults={"text": text, "changed_by": by})
    save(found)
    trail("text_written", found, by, before={key: before}, after={key: text})
    return found


@transaction.atomic
def restore_text(*, edition: Edition, key: str, by: User, seen: int) -> Edition:
    found = _unpublished(edition, seen)
    row = found.own_texts.filter(key=key).first()
    return _restored(found, key, row.text, by) if row else found


def _restored(edition: Edition, key: str, before: str, by: User) -> Edition:
    edition.own_texts.filter(key=key).delete()
    save(edition)
    trail("text_restored", edition, by, before={key: before})
    return edition


def known_texts(edition: Edition) -> dict[str, str]:
    """Keys and headings of the texts that this edition may have."""
    automatic = {text.key: text.heading for text in stored(edition).texts}
    known = {**automatic, **{key: HEADINGS[key] for key in OWN_TEXTS}}
    return {key: known[key] for key in sorted(known, key=place_of)}


@transaction.atomic
def delete_draft(*, edition: Edition, reason: str, by: User, seen: int, now: datetime | None = None) -> None:
    """Give an unpublished edition up. The audit trail keeps what it was and what states said of it."""
    found = _unpublished(edition, seen)
    reason = plain(reason, field="reason", longest=2000)
    if not reason:
        raise BadValue("Say why the edition is given up.", "reason")
    before = {**_told(found), "replies": selectors.replies_told(found)}
    asked = found.reply_opened_at is not None
    told, key, title = selectors.focal_points() if asked else frozenset(), key_of(found), found.title
    trail("deleted", found, by, before=before, reason=reason)
    try:
        with transaction.atomic():
            found.delete()
    except ProtectedError as error:
        raise NotAllowedNow("Files have been made of this draft, so it has to stay.") from error
    if told:
        text = f"The edition will not be published, and no reply is needed any more.\nReason: {reason}"
        message = Message(f"{key}:deleted", Notice.Kind.REPLY, f"Given up: {title}", text, "", told)
        send([message], now=now or timezone.now())


def _unpublished(edition: Edition, seen: int) -> Edition:
    found = locked(edition, seen=seen)
    require_state(found, EditionState.DRAFT, EditionState.REPLY, EditionState.CLOSED, what="Changing it")
    return found


def _told(edition: Edition) -> dict[str, object]:
    return {
        "title": edition.title,
        "meeting": edition.meeting,
        "meeting_on": edition.meeting_on,
        "state": edition.state,
        "embargo_until": edition.embargo_until,
    }
