"""Pages of notices: the list, one marked as read, all marked as read."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from adme.accounts.permissions import permissions_of

from .context import forget_unread
from .models import Notice
from .pages.notices import notice_page
from .views_reports import asked, me


def _require_role(request: HttpRequest) -> None:
    """Notices go to people with a role; each sees the own ones only."""
    if not permissions_of(request.user):
        raise PermissionDenied("This needs a role.")


@require_GET
@never_cache
def notice_list(request: HttpRequest) -> HttpResponse:
    _require_role(request)
    return render(request, "reporting/notices/list.html", {"page": notice_page(request.user, query=asked(request))})


@require_POST
def notice_read(request: HttpRequest, pk: int) -> HttpResponse:
    """Marks one as read; `open` in the form also leads to what it is about."""
    _require_role(request)
    notice = get_object_or_404(Notice, pk=pk, user=me(request))
    if notice.read_at is None:
        notice.read_at = timezone.now()
        notice.save(update_fields=["read_at"])
        forget_unread(request.user)
    if "open" in request.POST and url_has_allowed_host_and_scheme(notice.url, allowed_hosts=None):
        return redirect(notice.url)
    return redirect("notice_list")


@require_POST
def notices_all_read(request: HttpRequest) -> HttpResponse:
    _require_role(request)
    Notice.objects.filter(user=me(request), read_at=None).update(read_at=timezone.now())
    forget_unread(request.user)
    return redirect("notice_list")
