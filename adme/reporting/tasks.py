"""Jobs of reporting: mails of notices, and what is done every day for the calendar."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from adme.jobs.context import JobContext
from adme.jobs.registry import handler

from .mail import message_of
from .models import Notice
from .services import calendar, notices, outbox

DAILY_JOB = "reporting.daily"


class MailFailed(Exception):
    """Some mails of a batch could not be sent; the others were, and stay marked."""


@handler(outbox.MAIL_JOB, lease=120)
def mail(context: JobContext) -> dict[str, Any]:
    """Each notice in its own transaction: marked as mailed and sent, or neither. One bad address stops no other."""
    sent, failed = 0, []
    ids = context.args["notices"]
    for done, pk in enumerate(ids, 1):
        try:
            sent += _mail_one(context, pk)
        except OSError as error:  # what smtplib and sockets raise
            failed.append(f"notice {pk}: {error}")
            context.log(f"The mail of notice {pk} could not be sent: {error}", "warning")
        context.progress(done=done, total=len(ids))
    if failed:
        raise MailFailed(f"{len(failed)} of {len(ids)} mails could not be sent; the first: {failed[0]}")
    return {"message": f"Mails sent: {sent}.", "sent": sent}


def _mail_one(context: JobContext, pk: int) -> int:
    with transaction.atomic():
        # The condition stands on the row itself: two workers at once wait for each other, and the second finds nothing.
        if not Notice.objects.filter(pk=pk, mailed_at__isnull=True).update(mailed_at=timezone.now()):
            return 0
        context.guard()
        notice = Notice.objects.select_related("user").get(pk=pk)
        if notice.user.is_active:
            message_of(notice).send()
        return int(notice.user.is_active)


@handler(DAILY_JOB, lease=300)
def daily(context: JobContext) -> dict[str, Any]:
    """Rounds and obligations, reminders, the digest of the week, and mails that failed before. Harmless to repeat."""
    now = timezone.now()
    kept = calendar.keep_ledger(now=now)
    context.progress(message="Reminding")
    reminded = notices.remind(now=now)
    told = notices.digest(now=now)
    again = outbox.queue_unmailed(now=now)
    message = (
        f"Rounds made: {kept['rounds']}. Obligations made: {kept['obligations']}. "
        f"Reminders: {sum(reminded.values())}. Digests: {told['notices']}."
    )
    return {"message": message, "ledger": kept, "reminders": reminded, "digest": told, "mailed again": again}
