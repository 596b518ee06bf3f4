"""Comments on a record, and its evidence: links and files."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_POST

from adme.accounts.models import User
from adme.ingest.uploads import LimitedUpload

from . import access
from .errors import NotAllowedNow, ReasonNeeded, ReportingError
from .forms_records import CommentForm, FileForm, LinkForm
from .models import Comment, Evidence, Obligation
from .pages import records as pages
from .selectors.naming import record_url
from .services import attachments, talk


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)


def _back(obligation: Obligation, key: str, anchor: str) -> HttpResponse:
    return redirect(f"{record_url(obligation, key)}#{anchor}")


def _first_error(form: CommentForm | LinkForm | FileForm) -> str:
    name, found = next(iter(form.errors.items()))
    label = form.fields[name].label if name in form.fields else ""
    return f"{label}: {found[0]}" if label else str(found[0])


def _reason(request: HttpRequest) -> str:
    return request.POST.get("reason", "").replace("\x00", "").strip()


@require_POST
def comment_add(request: HttpRequest, report: UUID) -> HttpResponse:
    """On a record where it names one, else on the whole report."""
    obligation = access.obligation_for(request.user, report, edit=True)
    form = CommentForm(request.POST)
    key = request.POST.get("record_key", "")[:64]
    if key:
        pages.find(obligation, key, request.user)
    if not form.is_valid():
        messages.error(request, _first_error(form))
        return _back(obligation, key, "comments")
    try:
        talk.add_comment(
            obligation_id=obligation.pk,
            record_key=key,
            field=form.cleaned_data["field"],
            text=form.cleaned_data["text"],
            by=_user(request),
        )
        messages.success(request, "Your comment is there.")
    except ReportingError as error:
        messages.error(request, str(error))
    return _back(obligation, key, "comments")


@require_POST
def comment_resolve(request: HttpRequest, report: UUID, comment: int) -> HttpResponse:
    obligation = access.obligation_for(request.user, report, edit=True)
    found = get_object_or_404(Comment, pk=comment, obligation=obligation)
    try:
        talk.resolve_comment(comment_id=found.pk, by=_user(request))
        messages.success(request, "The comment is marked as settled.")
    except ReportingError as error:
        messages.error(request, str(error))
    return _back(obligation, found.record_key, "comments")


@csrf_exempt  # `_add` checks the token, once the limit stands before the body is read
@require_POST
@never_cache
def evidence_add(request: HttpRequest, report: UUID, key: str) -> HttpResponse:
    obligation = access.obligation_for(request.user, report, edit=True)
    pages.find(obligation, key, request.user)
    upload = LimitedUpload(request, attachments.MOST_BYTES)
    request.upload_handlers.insert(0, upload)
    _ = request.POST  # reads the body
    if upload.exceeded:
        messages.error(
            request, "The file is larger than 10 MB. Nothing was kept. Make it smaller, or give a link to it."
        )
        return _back(obligation, key, "evidence")
    return cast(HttpResponse, _add(request, obligation, key))


@csrf_protect
def _add(request: HttpRequest, obligation: Obligation, key: str) -> HttpResponse:
    """A file where the form sends one, else a link. What is not taken is shown again as it was typed."""
    with_file = request.POST.get("kind") == "file" or bool(request.FILES)
    form = FileForm(request.POST, request.FILES) if with_file else LinkForm(request.POST)
    kind, reason = "file" if with_file else "link", _reason(request)
    if not form.is_valid():
        name = next(iter(form.errors))
        return _again(request, obligation, key, kind, name, _first_error(form))
    given = form.cleaned_data
    common: dict[str, Any] = {"obligation_id": obligation.pk, "record_key": key, "by": _user(request), "reason": reason}
    try:
        if with_file:
            talk.add_file(title=given["title"], upload=given["file"], **common)
        else:
            talk.add_link(title=given["title"], url=given["url"], **common)
    except ReasonNeeded as error:
        return _again(request, obligation, key, kind, "reason", str(error))
    except NotAllowedNow as error:
        messages.error(request, str(error))
        return _back(obligation, key, "evidence")
    except ReportingError as error:
        return _again(request, obligation, key, kind, "file" if with_file else "url", str(error))
    messages.success(request, f"“{given['title']}” was added.")
    return _back(obligation, key, "evidence")


def _again(request: HttpRequest, obligation: Obligation, key: str, kind: str, name: str, sentence: str) -> HttpResponse:
    typed = {part: request.POST.get(part, "").replace("\x00", "") for part in ("title", "url", "reason")}
    place = f"behalf-{kind}" if name == "reason" else f"{kind}-{name}"
    failed = pages.FailedEvidence(kind, place, sentence, **typed)
    page = pages.record_page(obligation=obligation, key=key, user=request.user, failed=failed)
    demonstration = page.record.is_demonstration or obligation.is_demonstration
    context = {"page": page, "page_has_demonstration_data": demonstration}
    return render(request, "reporting/records/record.html", context, status=422)


@require_POST
def evidence_remove(request: HttpRequest, report: UUID, evidence: UUID) -> HttpResponse:
    obligation = access.obligation_for(request.user, report, edit=True)
    found = get_object_or_404(Evidence, public_id=evidence, obligation=obligation, removed_at__isnull=True)
    try:
        talk.remove_evidence(evidence_id=found.pk, by=_user(request), reason=_reason(request))
        messages.success(request, f"“{found.title}” was removed. Revisions that name it keep it.")
    except ReportingError as error:
        messages.error(request, str(error))
    return _back(obligation, found.record_key, "evidence")


@require_GET
def evidence_file(request: HttpRequest, evidence: UUID) -> HttpResponseBase:
    """The bytes, for those who may read the record that they stand with."""
    return attachments.response_for(attachments.open_evidence(request.user, evidence))
