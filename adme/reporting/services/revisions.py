"""Keeping the whole of a report as it was at an act, once however many acts refer to it, and publishing it."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

import orjson
from django.db.models import QuerySet

from adme.accounts.models import User

from .. import tools
from ..models import Evidence, Obligation, Publication, Revision, RevisionContent
from ..states import State
from ..tools import Record
from ..transitions import Act


def content_of(obligation: Obligation, records: list[Record]) -> dict[str, Any]:
    """The report as data, in one order, so that the same report always has the same checksum."""
    tool = tools.get(obligation.tool)
    evidence = _evidence(obligation)
    return {
        "tool": obligation.tool,
        "title": f"{tool.title}: {tool.subject}",
        "reporter": obligation.reporter_label,
        "period": obligation.round.period_label,
        "records": [_record(one, evidence.get(one.key, [])) for one in sorted(records, key=lambda record: record.key)],
    }


def _record(record: Record, evidence: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "key": record.key,
        "title": record.title,
        "group": record.group,
        "values": dict(record.values),
        "kept": dict(record.kept),
        "evidence": evidence,
    }


def _evidence(obligation: Obligation) -> dict[str, list[dict[str, str]]]:
    """Per record what shows it; `id` is the public id under which a file can be fetched, `added_on` an ISO day."""
    found: dict[str, list[dict[str, str]]] = {}
    for one in Evidence.objects.filter(obligation=obligation, removed_at__isnull=True).order_by("id"):
        what = {"url": one.url} if one.url else {"file": one.filename, "sha256": one.sha256}
        row = {"id": str(one.public_id), "title": one.title, "added_on": one.added_at.date().isoformat(), **what}
        found.setdefault(one.record_key, []).append(row)
    return found


def keep_content(data: dict[str, Any]) -> RevisionContent:
    sha256 = hashlib.sha256(orjson.dumps(data, option=orjson.OPT_SORT_KEYS)).hexdigest()
    return RevisionContent.objects.get_or_create(sha256=sha256, defaults={"data": data})[0]


def keep(
    obligation: Obligation,
    *,
    act: Act,
    content: RevisionContent,
    by: User,
    now: datetime,
    reason: str,
    reason_codes: list[str],
    on_behalf_of: str,
    idempotency_key: str,
) -> Revision:
    """The next revision of a report that the caller has locked: numbers follow one another without a gap."""
    last = _of(obligation).values_list("number", flat=True).first()
    return Revision.objects.create(
        obligation=obligation,
        number=(last or 0) + 1,
        act=act.value,
        content=content,
        by=by,
        at=now,
        reason=reason,
        reason_codes=reason_codes,
        on_behalf_of=on_behalf_of,
        idempotency_key=idempotency_key,
    )


def _of(obligation: Obligation) -> QuerySet[Revision]:
    return Revision.objects.filter(obligation=obligation).order_by("-number")


def latest(obligation: Obligation) -> Revision | None:
    """The newest one. Its content, which may be megabytes, is read when it is asked for."""
    return _of(obligation).first()


def approved(obligation: Obligation) -> Revision | None:
    """The last approval of this report, whatever came after it."""
    return _of(obligation).filter(act=Act.APPROVE.value).first()


def named_in_approval(obligation: Obligation) -> set[str]:
    """Public ids of the evidence that the last approval of a report under correction names."""
    if obligation.state not in {State.REOPENED, State.RETURNED}:
        return set()
    revision = approved(obligation)
    if revision is None:
        return set()
    return {one["id"] for record in revision.content.data["records"] for one in record["evidence"]}


# What an act does to the facts that others read: (publish or withdraw, standing).
_EFFECTS = {
    Act.SUBMIT: ("publish", "submitted"),
    Act.CERTIFY_NIL: ("publish", "submitted"),
    Act.APPROVE: ("publish", "approved"),
    Act.RETURN: ("withdraw", "submitted"),
}


def publish(obligation: Obligation, revision: Revision, now: datetime) -> None:
    """Make readable, or withdraw, what the act of this revision says; acts without effect publish nothing."""
    effect, standing = _EFFECTS.get(Act(revision.act), ("", ""))
    if not effect:
        return
    tool = tools.get(obligation.tool)
    publication = Publication.objects.create(revision=revision, tool=obligation.tool, at=now)
    if effect == "publish":
        tool.publish(obligation, publication, revision.content.data["records"], standing=standing)
    else:
        tool.withdraw_published(obligation, publication, standing=standing)
