"""Stores notices, each event once for each person, and queues the job that mails them."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from adme.jobs import services as jobs

from ..models import Notice, Obligation

MAIL_JOB = "reporting.mail"
IN_ONE_JOB = 200
UNMAILED_FOR = timedelta(
    days=7
)  # what could not be mailed for a week is no news any more; it stands in the application
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Message:
    """What several people are told about one event. `event` names it; with the person it is the notice's key.

    Without `mail` the notice stands in the application only: it counts as mailed from the beginning.
    """

    event: str
    kind: Notice.Kind
    title: str
    text: str
    url: str
    to: frozenset[int]
    obligation: Obligation | None = None
    mail: bool = True


def one_line(text: str) -> str:
    """As a title or a mail's subject: no line breaks and nothing else that is not printed."""
    plain = "".join(" " if unicodedata.category(letter)[0] in "CZ" else letter for letter in text)
    return " ".join(plain.split())


@transaction.atomic
def send(messages: Iterable[Message], *, now: datetime) -> Counter[str]:
    """Store the notices that are not there yet and mail them after commit; how many of each kind."""
    wanted = {f"{one.event}:{user_id}": (one, user_id) for one in messages for user_id in sorted(one.to)}
    known = _known(list(wanted))
    new = [_notice(key, *pair, now) for key, pair in wanted.items() if key not in known]
    if not new:
        return Counter()
    Notice.objects.bulk_create(new, batch_size=_BATCH, ignore_conflicts=True)
    queue_mail(_ids([one.key for one in new]))
    return Counter(str(one.kind) for one in new)


def _notice(key: str, message: Message, user_id: int, now: datetime) -> Notice:
    return Notice(
        user_id=user_id,
        kind=message.kind,
        title=one_line(message.title)[:300],
        text=message.text.replace("\x00", ""),
        url=message.url[:300],
        obligation=message.obligation,
        key=key,
        created_at=now,
        mailed_at=None if message.mail else now,
    )


def _known(keys: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(keys), _BATCH):
        part = Notice.objects.filter(key__in=keys[start : start + _BATCH])
        found.update(part.values_list("key", flat=True))
    return found


def _ids(keys: Sequence[str]) -> list[int]:
    found: list[int] = []
    for start in range(0, len(keys), _BATCH):
        part = Notice.objects.filter(key__in=keys[start : start + _BATCH], mailed_at__isnull=True)
        found += part.values_list("pk", flat=True)
    return sorted(found)


def queue_mail(ids: Sequence[int]) -> None:
    """One job for a batch; jobs of one batch are told apart by its first notice."""
    for start in range(0, len(ids), IN_ONE_JOB):
        part = list(ids[start : start + IN_ONE_JOB])
        title = f"Mail {len(part)} notice{'s' if len(part) != 1 else ''}"
        jobs.enqueue(MAIL_JOB, args={"notices": part}, title=title, idempotency_key=f"{MAIL_JOB}:{part[0]}:{part[-1]}")


def queue_unmailed(*, now: datetime) -> int:
    """Notices whose mail failed for good lately get another job; how many."""
    found = Notice.objects.filter(mailed_at__isnull=True, created_at__gte=now - UNMAILED_FOR, user__is_active=True)
    ids = list(found.filter(created_at__lte=now - timedelta(hours=1)).order_by("pk").values_list("pk", flat=True))
    queue_mail(ids)
    return len(ids)
