"""The right of reply of a focal point: the own state's rows and no others. Works on a phone and without JavaScript."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from adme.accounts.permissions import Permission, require
from adme.common.uploads import LimitedUpload
from adme.reporting.services import attachments

from . import forms, pages, selectors, services
from .content import Content
from .errors import EditionError
from .models import Edition, Reply
from .reading import content_of, stored
from .states import EditionState
from .views import me

REFUSED = 422
TOO_LARGE = "The file is larger than 10 MB. Nothing was kept. Make it smaller, or give a link to it."


@csrf_exempt  # `_reply` checks the token, once the limit stands before the body is read
@require_http_methods(["GET", "POST"])
@never_cache
def edition_reply(request: HttpRequest, edition: UUID) -> HttpResponse:
    if not request.user.is_authenticated:
        raise Http404("There is no such page.")
    require(request.user, Permission.EDITION_REPLY)
    upload = LimitedUpload(request, attachments.MOST_BYTES)
    if request.method == "POST":
        request.upload_handlers.insert(0, upload)
        _ = request.POST  # reads the body
    found = _edition(edition)
    area, name, others = _area(request)
    if upload.exceeded:
        messages.error(request, TOO_LARGE)
        return redirect(_here(found, area))
    return cast(HttpResponse, _reply(request, found, area, name, others))


@csrf_protect
def _reply(request: HttpRequest, edition: Edition, area: str, name: str, others: dict[str, str]) -> HttpResponse:
    form = None
    if request.method == "POST":
        leaf = request.POST.get("leaf", "").replace("\x00", "")
        periods = [(one, "") for one in selectors.own_figures(edition, area, leaf)]
        form = forms.ReplyForm(request.POST, request.FILES, periods=periods, auto_id=f"reply-{leaf}-%s")
        if form.is_valid():
            try:
                said = services.reply(edition=edition, area=area, by=me(request), **form.cleaned_data)
                messages.success(request, f"KPI {said.leaf}: {said.get_kind_display().lower()}.")
                return redirect(f"{_here(edition, area)}#leaf-{said.leaf}")
            except EditionError as error:
                forms.refuse(form, error)
    return _page(request, edition, area, name, others, form)


@require_POST
@never_cache
def edition_confirm_rest(request: HttpRequest, edition: UUID) -> HttpResponse:
    require(request.user, Permission.EDITION_REPLY)
    found = _edition(edition)
    area, _name, _others = _area(request)
    try:
        count = services.confirm_rest(edition=found, area=area, by=me(request))
        messages.success(request, f"{count} series confirmed." if count else "Everything had been answered already.")
    except EditionError as error:
        messages.error(request, str(error))
    return redirect(_here(found, area))


@require_GET
@never_cache
def edition_evidence(request: HttpRequest, reply: int) -> HttpResponseBase:
    """The file of a correction, for the Secretariat and the state that sent it: a download, never shown in the page."""
    found = Reply.objects.filter(pk=reply).exclude(evidence_file="").first()
    if found is None or not (selectors.manages(request.user) or found.area in selectors.own_areas(request.user)):
        raise Http404("There is no such file.")
    try:
        stream = found.evidence_file.open("rb")
    except FileNotFoundError as error:
        raise Http404("There is no such file.") from error
    response = FileResponse(
        stream, as_attachment=True, filename=found.evidence_name, content_type="application/octet-stream"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _edition(public_id: UUID) -> Edition:
    """From the opening of the right of reply until publication. A draft before that is nobody else's business."""
    asked = Edition.objects.filter(state__in=[EditionState.REPLY, EditionState.CLOSED])
    found = asked.filter(public_id=public_id).first()
    if found is None:
        raise Http404("There is no such page.")
    return found


def _area(request: HttpRequest) -> tuple[str, str, dict[str, str]]:
    """The state that is spoken for: the only one, or the one that the address names; another one's is a 404."""
    own = selectors.own_areas(request.user)
    wanted = request.GET.get("area", "") or next(iter(own), "")
    if wanted not in own:
        raise Http404("There is no such page.")
    return wanted, own[wanted], {code: name for code, name in own.items() if code != wanted}


def _here(edition: Edition, area: str) -> str:
    return f"{reverse('edition_reply', args=[edition.public_id])}?area={area}"


def _page(
    request: HttpRequest, edition: Edition, area: str, name: str, others: dict[str, str], refused: Any
) -> HttpResponse:
    content = content_of(edition)
    previous = selectors.latest_published()
    changes = selectors.changes_between(stored(previous), content, areas={area}) if previous else ()
    parts = pages.own_parts(content, area, changes)
    is_open = edition.state == EditionState.REPLY and bool(
        edition.reply_until and edition.reply_until >= timezone.now()
    )
    series = [one for part in parts for one in part.series]
    context = {
        "edition": edition,
        "previous": previous,
        "area": area,
        "area_name": name,
        "others": [(title, _here(edition, code)) for code, title in others.items()],
        "parts": [(part, [(one, _form(content, one, refused)) for one in part.series]) for part in parts],
        "is_open": is_open,
        "total": len(series),
        "answered": sum(one.is_answered for one in series),
        "unanswered": len(selectors.unanswered(edition, area)) if is_open else 0,
        "refused": refused,
        "here": _here(edition, area),
        "rest": f"{reverse('edition_confirm_rest', args=[edition.public_id])}?area={area}",
        "page_has_demonstration_data": any(one.leaf.is_demonstration for one in series),
    }
    return render(request, "editions/reply.html", context, status=REFUSED if refused is not None else 200)


def _form(content: Content, series: pages.OwnSeries, refused: Any) -> forms.ReplyForm:
    leaf = series.leaf.code
    periods = [(one.period, f"{one.when}: {one.value}") for one in series.figures]
    if refused is not None and refused.data.get("leaf") == leaf:
        refused.fields["period"].choices = [*periods, (0, "All periods")]
        return cast(forms.ReplyForm, refused)
    return forms.ReplyForm(initial={"leaf": leaf, "kind": "corrected"}, periods=periods, auto_id=f"reply-{leaf}-%s")
