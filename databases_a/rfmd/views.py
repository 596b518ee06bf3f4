"""Pages where analysts enter survey results, set baselines and targets, and ask for a computation."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from adme.accounts.models import User
from adme.accounts.permissions import Permission, require

from . import entry_selectors as selectors
from . import services
from .errors import NotAllowedNow
from .forms import BenchmarkForm, CorrectionForm, SurveyForm
from .models import KpiLeaf, SurveyEntry

REFUSED = 422
PAGE_SIZE = 50


@require_GET
def survey_list(request: HttpRequest) -> HttpResponse:
    require(request.user, Permission.SURVEY_ENTER)
    corrected_too = request.GET.get("corrected") == "yes"
    entries = Paginator(selectors.survey_entries(corrected_too=corrected_too), PAGE_SIZE)
    page = entries.get_page(request.GET.get("page"))
    context = {
        "page": page,
        "corrected_too": corrected_too,
        "page_has_demonstration_data": any(entry.is_demonstration for entry in page),
    }
    return render(request, "rfmd/survey_list.html", context)


@require_http_methods(["GET", "POST"])
def survey_new(request: HttpRequest) -> HttpResponse:
    require(request.user, Permission.SURVEY_ENTER)
    leaf = selectors.survey_leaves().filter(code=_clean(request.GET.get("leaf", ""))).first()
    form = SurveyForm(request.POST or None, initial={"leaf": leaf})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            entry = services.enter_survey(
                leaf=given["leaf"], area=given["area"], year=given["year"], result=form.result(), by=_me(request)
            )
        except NotAllowedNow as error:
            _refuse(form, error)
        else:
            messages.success(request, f"KPI {entry.leaf.code}, {entry.area.name} {entry.year}: the result was entered.")
            return redirect("survey_list")
    return render(request, "rfmd/survey_new.html", {"form": form}, status=_status(form))


@require_http_methods(["GET", "POST"])
def survey_change(request: HttpRequest, pk: int) -> HttpResponse:
    require(request.user, Permission.SURVEY_ENTER)
    entry = get_object_or_404(SurveyEntry.objects.select_related("leaf", "area"), pk=pk)
    names = ("value", "source", "sample_size", "sample_note", "link")
    form = CorrectionForm(request.POST or None, initial={name: getattr(entry, name) for name in names})
    if request.method == "POST" and form.is_valid():
        try:
            services.correct_survey_entry(
                entry=entry, result=form.result(), reason=form.cleaned_data["reason"], by=_me(request)
            )
        except NotAllowedNow as error:
            _refuse(form, error)
        else:
            messages.success(
                request, f"KPI {entry.leaf.code}, {entry.area.name} {entry.year}: the result was corrected."
            )
            return redirect("survey_list")
    return render(request, "rfmd/survey_change.html", {"form": form, "entry": entry}, status=_status(form))


@require_GET
def target_list(request: HttpRequest) -> HttpResponse:
    require(request.user, Permission.TARGET_SET)
    rows = selectors.benchmarks()
    demonstration = any(row.is_demonstration for row in rows)
    return render(request, "rfmd/target_list.html", {"rows": rows, "page_has_demonstration_data": demonstration})


@require_http_methods(["GET", "POST"])
def target_new(request: HttpRequest) -> HttpResponse:
    """Adds or changes: the address may name kind, leaf, area and year, and the form then shows what is stored."""
    require(request.user, Permission.TARGET_SET)
    form = BenchmarkForm(request.POST or None, initial=_asked_benchmark(request))
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        kind = given.pop("kind")
        try:
            save = services.set_baseline if kind == "baseline" else services.set_target
            save(**given, by=_me(request))
        except NotAllowedNow as error:
            _refuse(form, error)
        else:
            where = f"KPI {given['leaf'].code}, {given['area'].name}"
            messages.success(request, f"{where}: the {kind} of {given['year']} was saved.")
            return redirect("target_list")
    return render(request, "rfmd/target_new.html", {"form": form}, status=_status(form))


@require_POST
def kpi_recompute(request: HttpRequest) -> HttpResponse:
    """Queues a computation of one leaf (`leaf` in the form) or of all, and shows its job."""
    require(request.user, Permission.KPI_RECOMPUTE)
    code = _clean(request.POST.get("leaf", ""))
    if code:
        get_object_or_404(KpiLeaf, code=code, retired_at__isnull=True)
    me = _me(request)
    trigger = f"recompute of {code or 'all leaves'}"
    job = services.enqueue_aggregation(leaf_codes=[code] if code else None, trigger=trigger, actor=me.email, by=me)
    messages.success(request, "The computation is queued. Figures change only where their inputs did.")
    return redirect("job_detail", job.pk)


def _asked_benchmark(request: HttpRequest) -> dict[str, object]:
    asked = {name: _clean(request.GET[name]) for name in ("kind", "leaf", "area", "year") if name in request.GET}
    year = int(asked["year"]) if asked.get("year", "").isdecimal() and len(asked["year"]) == 4 else None
    stored = selectors.benchmark(
        kind=asked.get("kind", "target"), leaf=asked.get("leaf", ""), area=asked.get("area", ""), year=year
    )
    if stored is None:
        return {**asked}
    return {**asked, "year": stored.year, "value": stored.value, "source": stored.source}


def _clean(text: str) -> str:
    """PostgreSQL refuses a NUL in a text; no code holds an unprintable character."""
    return text if text.isprintable() else "?"


def _me(request: HttpRequest) -> User:
    return cast(User, request.user)


def _refuse(form: SurveyForm | CorrectionForm | BenchmarkForm, error: NotAllowedNow) -> None:
    form.add_error(error.field if error.field in form.fields else None, str(error))


def _status(form: SurveyForm | CorrectionForm | BenchmarkForm) -> int:
    return REFUSED if form.is_bound and form.errors else 200
