"""The notices of one person, newest first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator

from ..models import Notice

PAGE_SIZE = 30
_ICONS = {
    Notice.Kind.DUE_SOON: "clock", Notice.Kind.DUE_TODAY: "clock", Notice.Kind.OVERDUE: "alert-triangle",
    Notice.Kind.SUBMITTED: "send", Notice.Kind.RETURNED: "arrow-back-up", Notice.Kind.APPROVED: "circle-check",
    Notice.Kind.REOPENED: "lock-open", Notice.Kind.COMMENT: "message", Notice.Kind.CALENDAR: "calendar",
    Notice.Kind.DIGEST: "list-details", Notice.Kind.EDITION: "book-2", Notice.Kind.REPLY: "message",
    Notice.Kind.WATCHED: "bell", Notice.Kind.FILE: "download",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class NoticeRow:
    notice: Notice
    icon: str


@dataclass(frozen=True)
class NoticePage:
    rows: list[NoticeRow]
    page: Page[Notice]
    unread: int
    shows_unread_only: bool
    tabs: list[dict[str, Any]]


def notice_page(user: Any, *, query: Mapping[str, str]) -> NoticePage:
    only = query.get("show", "") == "unread"
    found = Notice.objects.filter(user=user)
    unread = found.filter(read_at=None).count()
    page = Paginator(found.filter(read_at=None) if only else found, PAGE_SIZE).get_page(query.get("page", "1"))
    tabs = [
        {"title": "All", "url": "?", "active": not only},
        {"title": "Unread", "url": "?show=unread", "active": only, "count": unread},
    ]
    return NoticePage([NoticeRow(one, _ICONS[Notice.Kind(one.kind)]) for one in page], page, unread, only, tabs)
