"""What people add beside the values: comments, and evidence as links and files."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from adme.accounts.models import User
from adme.common.addresses import web_address

from .. import access, tools
from ..errors import BadValues, FieldProblem, FileNotTaken, NoSuchRecord, NotAllowedNow, ReasonNeeded
from ..models import Comment, Evidence, Obligation, Revision
from . import attachments, notices
from .common import plain, trail
from .desk import Desk, open_desk
from .revisions import named_in_approval

LONGEST_COMMENT = 4000
MOST_EVIDENCE = 50
MOST_BYTES_OF_A_REPORT = 1024 * 1024 * 1024  # of files; a report is no archive
MOST_COMMENTS, COMMENTS_WITHIN = 60, timedelta(hours=1)  # of one person: each is mailed to several


@transaction.atomic
def add_comment(
    *, obligation_id: int, record_key: str, field: str, text: str, by: User, now: datetime | None = None
) -> Comment:
    """A remark on the report, a record or a field, in every state: reporter and Secretariat talk through it."""
    text = plain(text, name="text", label="Comment", most=LONGEST_COMMENT)
    if not text:
        raise BadValues((FieldProblem("text", "required", "", "Comment: write something."),))
    obligation = Obligation.objects.select_related("round", "body", "state_area").get(pk=obligation_id)
    _require_talker(obligation, by)
    tool = tools.get(obligation.tool)
    if field and field not in tool.catalogue.by_name:
        raise BadValues((FieldProblem("field", "unknown_field", field[:60], "There is no such field."),))
    if record_key and not tool.records(obligation, keys=[record_key]):
        raise NoSuchRecord(f"This {tool.noun[0]} is not, or no longer, part of the report.")
    now = now or timezone.now()
    if Comment.objects.filter(by=by, at__gt=now - COMMENTS_WITHIN).count() >= MOST_COMMENTS:
        raise NotAllowedNow(f"You wrote {MOST_COMMENTS} comments within an hour. Wait a while, or write one longer.")
    comment = Comment.objects.create(
        obligation=obligation, record_key=record_key, field=field, text=text, by=by, at=now
    )
    notices.after_comment(comment=comment)
    trail("commented", obligation, by, after={"record": record_key, "field": field, "comment": comment.pk})
    return comment


@transaction.atomic
def resolve_comment(*, comment_id: int, by: User, now: datetime | None = None) -> Comment:
    """Mark a remark as settled; a second time changes nothing."""
    related = ("obligation__round", "obligation__body", "obligation__state_area")
    comment = Comment.objects.select_for_update(of=("self",)).select_related(*related).get(pk=comment_id)
    _require_talker(comment.obligation, by)
    if comment.resolved_at is None:
        comment.resolved_at, comment.resolved_by = now or timezone.now(), by
        comment.save(update_fields=["resolved_at", "resolved_by"])
        trail("comment_resolved", comment.obligation, by, after={"comment": comment.pk})
    return comment


def _require_talker(obligation: Obligation, by: User) -> None:
    if not (access.is_reporter(by, obligation) or access.is_reviewer(by)):
        raise PermissionDenied("This report belongs to another reporter.")


@transaction.atomic
def add_link(
    *,
    obligation_id: int,
    record_key: str,
    title: str,
    url: str,
    by: User,
    reason: str = "",
    now: datetime | None = None,
) -> Evidence:
    """A web address as evidence. The same address again gives the one that is there."""
    address = web_address(url.strip())
    if not address:
        hint = f"'{url.strip()[:60]}' is not a web address; it begins with https://."
        raise BadValues((FieldProblem("url", "not_a_link", url.strip()[:60], hint),))
    title = plain(title, name="title", label="Title", most=300) or urlsplit(address).netloc
    desk = open_desk(obligation_id=obligation_id, by=by, now=now or timezone.now(), reason=reason)
    held = _held(desk, record_key)
    known = next((one for one in held if one.url == address), None)
    if known is not None:
        return known
    evidence = _new(desk, record_key, title)
    evidence.url = address
    evidence.save()
    desk.close("evidence_added", after={"record": record_key, "title": title, "url": address})
    return evidence


def add_file(
    *,
    obligation_id: int,
    record_key: str,
    title: str,
    upload: Any,
    by: User,
    reason: str = "",
    now: datetime | None = None,
) -> Evidence:
    """A file as evidence, after a look at its content; FileNotTaken keeps nothing. The same file again is kept once."""
    title = plain(title, name="title", label="Title", most=300)
    with attachments.scratch() as folder:
        checked = attachments.check(upload, Path(folder))
        with transaction.atomic():
            desk = open_desk(obligation_id=obligation_id, by=by, now=now or timezone.now(), reason=reason)
            held = _held(desk, record_key)
            known = next((one for one in held if one.sha256 == checked.sha256), None)
            if known is None:
                _require_room(desk, checked.size)
            return known or _store(desk, record_key, title or checked.filename, checked)


def _require_room(desk: Desk, size: int) -> None:
    """Files that were removed count as long as revisions keep them."""
    held = Evidence.objects.filter(obligation=desk.obligation).aggregate(all=Sum("size"))["all"] or 0
    if held + size > MOST_BYTES_OF_A_REPORT:
        raise FileNotTaken("The files of this report together are larger than 1 GB. Give a link to this one instead.")


def _store(desk: Desk, record_key: str, title: str, checked: attachments.Checked) -> Evidence:
    """The file goes to its random name; when anything fails after that, it does not stay."""
    evidence = _new(desk, record_key, title)
    evidence.filename, evidence.content_type = checked.filename, checked.content_type
    evidence.size, evidence.sha256 = checked.size, checked.sha256
    try:
        with checked.path.open("rb") as stream:
            evidence.file.save(checked.filename, File(stream), save=True)
        after = {"record": record_key, "title": title, "file": checked.filename, "sha256": checked.sha256}
        desk.close("evidence_added", after=after)
    except OSError as error:
        _drop(evidence)
        raise FileNotTaken("The file could not be stored just now. Nothing was kept; send it again later.") from error
    except BaseException:
        _drop(evidence)
        raise
    return evidence


def _drop(evidence: Evidence) -> None:
    if evidence.file.name:
        evidence.file.storage.delete(evidence.file.name)


def _new(desk: Desk, record_key: str, title: str) -> Evidence:
    return Evidence(
        public_id=uuid.uuid4(),
        obligation=desk.obligation,
        record_key=record_key,
        title=title,
        added_by=desk.by,
        added_at=desk.now,
    )


def _held(desk: Desk, record_key: str) -> list[Evidence]:
    """Evidence of the record as it stands; the record must be there, and have room for more."""
    desk.record(record_key)
    here = Evidence.objects.filter(obligation=desk.obligation, record_key=record_key, removed_at__isnull=True)
    found = list(here)
    if len(found) >= MOST_EVIDENCE:
        raise NotAllowedNow(f"At most {MOST_EVIDENCE} files and links can stand with one {desk.tool.noun[0]}.")
    return found


@transaction.atomic
def remove_evidence(*, evidence_id: int, by: User, reason: str = "", now: datetime | None = None) -> None:
    """Take evidence away. What a revision names stays readable there; what none names is deleted, the file too."""
    obligation_id = Evidence.objects.values_list("obligation_id", flat=True).get(pk=evidence_id)
    desk = open_desk(obligation_id=obligation_id, by=by, now=now or timezone.now(), reason=reason)
    evidence = Evidence.objects.filter(pk=evidence_id, removed_at__isnull=True).first()
    if evidence is None:
        return
    _require_own(desk, evidence.record_key)
    if not desk.reason and str(evidence.public_id) in named_in_approval(desk.obligation):
        raise ReasonNeeded(f"“{evidence.title}” stood in an approved report. Say why it is taken away.")
    if _is_named(evidence):
        evidence.removed_at = desk.now
        evidence.save(update_fields=["removed_at"])
    else:
        storage, name = evidence.file.storage, str(evidence.file.name or "")
        evidence.delete()
        if name:
            transaction.on_commit(lambda: storage.delete(name))
    desk.close("evidence_removed", after={"record": evidence.record_key, "title": evidence.title})


def _require_own(desk: Desk, record_key: str) -> None:
    """A focal point of one body leaves the records of the others; what hangs on no record any more may be cleared."""
    if desk.tool.records(desk.obligation, keys=[record_key]):
        desk.record(record_key)


def _is_named(evidence: Evidence) -> bool:
    named = str(evidence.public_id)
    contents = Revision.objects.filter(obligation_id=evidence.obligation_id).values_list("content__data", flat=True)
    return any(one["id"] == named for data in contents for row in data["records"] for one in row["evidence"])
