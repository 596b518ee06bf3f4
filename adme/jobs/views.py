"""Pages of jobs. Everybody may open them: whose jobs they hold is decided by selectors.visible_to, else 404."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from . import selectors, services
from .errors import JobError
from .models import Job


def _or_404(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Job.DoesNotExist:
            raise Http404("There is no such job, or it is not yours.") from None

    return wrapped


@require_GET
@never_cache
def job_list(request: HttpRequest) -> HttpResponse:
    page = selectors.job_list(user=request.user, state=request.GET.get("state", ""), page=request.GET.get("page", "1"))
    return render(request, "jobs/list.html", {"page": page})


@require_GET
@never_cache
@_or_404
def job_detail(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """The page; for htmx only the part that moves."""
    page = selectors.job_page(user=request.user, job_id=job_id)
    template = "jobs/_live.html" if request.headers.get("HX-Request") else "jobs/detail.html"
    return render(request, template, {"page": page})


@require_GET
@never_cache
@_or_404
def job_progress(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """The part other pages include. With `?reload=1` the page around it is loaded anew once the job has ended."""
    job = selectors.job(user=request.user, job_id=job_id)
    reload = request.GET.get("reload") == "1"
    response = render(request, "jobs/_progress.html", {"job": job, "reload": reload})
    if reload and not job.is_open:
        response["HX-Refresh"] = "true"
    return response


@require_POST
@_or_404
def job_cancel(request: HttpRequest, job_id: UUID) -> HttpResponse:
    return _act(request, job_id, services.cancel, "The job is cancelled.")


@require_POST
@_or_404
def job_retry(request: HttpRequest, job_id: UUID) -> HttpResponse:
    return _act(request, job_id, services.retry, "The job is queued again.")


def _act(request: HttpRequest, job_id: UUID, act: Callable[..., Job], done: str) -> HttpResponse:
    job = selectors.job(user=request.user, job_id=job_id)
    try:
        act(job_id=job.pk, by=request.user)
        messages.success(request, done)
    except JobError as error:
        messages.error(request, str(error))
    return redirect("job_detail", job_id=job.pk)
