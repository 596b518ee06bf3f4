"""Pages of the three-source ledger: read by all who see dashboards, chosen by analysts."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from adme.accounts.models import User
from adme.accounts.permissions import Permission, require

from .forms_comparisons import CandidateForm, ChoiceForm, RetireForm
from .models import Concept
from .pages import comparisons as pages
from .refusals import Refused
from .services import comparisons as services

REFUSED = 422
RETIRE, RETURN = "retire", "return"


@require_GET
def concepts(request: HttpRequest) -> HttpResponse:
    require(request.user, Permission.DASHBOARD_VIEW)
    return render(request, "records/comparisons/list.html", {"rows": pages.concept_list()})


@require_GET
def concept(request: HttpRequest, code: str) -> HttpResponse:
    require(request.user, Permission.DASHBOARD_VIEW)
    return _page(request, _concept(code))


@require_POST
def concept_choose(request: HttpRequest, code: str) -> HttpResponse:
    require(request.user, Permission.RECIPE_MANAGE)
    found = _concept(code)
    form = ChoiceForm(request.POST, candidates=list(found.candidates.filter(retired_at=None)))
    if form.is_valid():
        try:
            review = services.choose(concept=found, **form.cleaned_data, by=_me(request))
        except Refused as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, f"{review.candidate.series} was chosen. The choice is due again {_day(review)}.")
            return redirect("concept", found.code)
    return _page(request, found, choice=form)


@require_POST
def concept_add(request: HttpRequest, code: str) -> HttpResponse:
    require(request.user, Permission.RECIPE_MANAGE)
    found = _concept(code)
    form = CandidateForm(request.POST)
    if form.is_valid():
        try:
            made = services.add_candidate(concept=found, **form.cleaned_data, by=_me(request))
        except Refused as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, f"{made.series} stands beside the others now.")
            return redirect("concept", found.code)
    return _page(request, found, candidate=form)


@require_POST
def concept_retire(request: HttpRequest, code: str) -> HttpResponse:
    """A candidate that is not to be compared any more."""
    require(request.user, Permission.RECIPE_MANAGE)
    found = _concept(code)
    form = RetireForm(request.POST, prefix=RETIRE, candidates=pages.retirable(found))
    if form.is_valid():
        try:
            retired = services.retire_candidate(concept=found, **form.cleaned_data, by=_me(request))
        except Refused as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, f"{retired.series} is retired. What it was chosen for stays on record.")
            return redirect("concept", found.code)
    return _page(request, found, retire=form)


@require_POST
def concept_return(request: HttpRequest, code: str) -> HttpResponse:
    """A retired candidate stands beside the others again."""
    require(request.user, Permission.RECIPE_MANAGE)
    found = _concept(code)
    form = RetireForm(request.POST, prefix=RETURN, candidates=pages.retired(found))
    if form.is_valid():
        try:
            back = services.return_candidate(concept=found, **form.cleaned_data, by=_me(request))
        except Refused as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, f"{back.series} stands beside the others again.")
            return redirect("concept", found.code)
    return _page(request, found, take_back=form)


def _page(
    request: HttpRequest,
    found: Concept,
    *,
    choice: ChoiceForm | None = None,
    candidate: CandidateForm | None = None,
    retire: RetireForm | None = None,
    take_back: RetireForm | None = None,
) -> HttpResponse:
    page = pages.concept_page(found)
    initial = {"candidate": found.chosen_id, "seen": page.last.pk if page.last else None}
    offered = [one.candidate for one in page.candidates]
    titles = {one.candidate.series: one.info.title for one in page.candidates if one.info}
    context: dict[str, Any] = {
        "page": page,
        "choice": choice or ChoiceForm(candidates=offered, titles=titles, initial=initial),
        "candidate": candidate or CandidateForm(),
        "retire": retire or RetireForm(prefix=RETIRE, candidates=pages.retirable(found), titles=titles),
        "take_back": take_back or RetireForm(prefix=RETURN, candidates=page.retired),
        "page_has_demonstration_data": page.is_demonstration,
    }
    status = REFUSED if choice or candidate or retire or take_back else 200
    return render(request, "records/comparisons/detail.html", context, status=status)


def _concept(code: str) -> Concept:
    found = pages.find(code.replace("\x00", ""))
    if found is None:
        raise Http404("There is no such concept.")
    return found


def _day(review: Any) -> str:
    return f"{review.next_on:%-d %B %Y}"


def _me(request: HttpRequest) -> User:
    return cast(User, request.user)
