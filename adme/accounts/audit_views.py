"""The page of the audit trail. It stands here because the audit package lies below and knows no permissions."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from adme.audit import downloads, selectors
from adme.audit.services import record

from .forms import AuditFilterForm
from .paging import listing
from .permissions import Permission, require


@require_GET
def audit_log(request: HttpRequest) -> HttpResponse:
    require(request.user, Permission.AUDIT_VIEW)
    form = AuditFilterForm(request.GET)
    wanted = form.wanted()
    found = listing(request, selectors.events(wanted=wanted))
    rows = [selectors.row(event) for event in found.page]
    context = {"form": form, "listing": found, "rows": rows, "is_filtered": not wanted.is_empty}
    return render(request, "audit/audit_log.html", context)


@require_GET
def audit_download(request: HttpRequest) -> StreamingHttpResponse:
    require(request.user, Permission.AUDIT_VIEW)
    wanted = AuditFilterForm(request.GET).wanted()
    # Reading the trail leaves a mark in it: who took a copy, and of what.
    asked = {name: value for name, value in vars(wanted).items() if value}
    record(action="audit.downloaded", actor=request.user.email, target="audit", after=asked)  # type: ignore[union-attr]
    lines = downloads.csv_lines(selectors.events(wanted=wanted).order_by("sequence").iterator(chunk_size=2000))
    name = f"adme_audit_{timezone.now():%Y-%m-%d}.csv"
    return StreamingHttpResponse(
        lines,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )
