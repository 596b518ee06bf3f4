"""A notice as a mail: plain text, one line as subject, and the full address of the page."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse

from .models import Notice
from .services.outbox import one_line


def message_of(notice: Notice) -> EmailMessage:
    base = settings.SITE_URL.rstrip("/")
    link = f"{base}{notice.url}" if notice.url.startswith("/") else ""
    context = {"notice": notice, "link": link, "notices_link": f"{base}{reverse('notice_list')}"}
    return EmailMessage(
        subject=one_line(f"ADME: {notice.title}"),
        body=render_to_string("reporting/mail/notice.txt", context),
        to=[notice.user.email],
        headers={"Auto-Submitted": "auto-generated"},
    )
