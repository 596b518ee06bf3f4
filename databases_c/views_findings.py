"""The page of one finding: what was found, and what reporter and reviewers say to each other about it."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from adme.accounts.models import User
from adme.reporting.errors import BadValues, ReportingError
from adme.reporting.services import talk

from . import access
from .models import Finding, FindingComment
from .pages import findings as pages
from .services import findings as services


@require_http_methods(["GET", "POST"])
@never_cache
def finding(request: HttpRequest, report: UUID, number: int, finding: int) -> HttpResponse:
    """A POST writes a comment, or settles the one that `settle` names."""
    is_post = request.method == "POST"
    obligation, _ = access.report_for(request.user, report, edit=is_post)
    submission = access.submission_of(obligation, number)
    found = submission.findings.select_related("decided_by").filter(pk=finding).first()
    if found is None:
        raise Http404("There is no such finding.")
    found.submission = submission
    refusal, status, typed = "", 200, ""
    if is_post:
        typed = request.POST.get("text", "").replace("\x00", "")
        try:
            if "settle" in request.POST:
                _settle(found, request.POST["settle"], _user(request))
                messages.success(request, "The comment is marked as settled.")
            else:
                services.comment(finding=found, text=typed, by=_user(request))
                messages.success(request, "Your comment is there.")
        except ReportingError as error:
            refusal, status = str(error), 422 if isinstance(error, BadValues) else 409
        else:
            return redirect("finding", obligation.public_id, number, found.pk)
    context = {
        "page": pages.finding_page(_user(request), obligation, found), "refusal": refusal, "typed": typed,
        "page_has_demonstration_data": obligation.is_demonstration or submission.is_demonstration,
    }  # fmt: skip
    return render(request, "records/submissions/finding.html", context, status=status)


def _settle(found: Finding, comment: str, by: User) -> None:
    """Only a comment on this very finding."""
    number = int(comment) if comment.isascii() and comment.isdecimal() and len(comment) < 19 else 0
    held = get_object_or_404(FindingComment, finding=found, comment=number)
    talk.resolve_comment(comment_id=held.comment_id, by=by)


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)
