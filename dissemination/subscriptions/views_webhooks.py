"""Pages of webhooks, for administrators: register, look at the log, send a test event, pause, resume, end."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from adme.accounts.models import User
from adme.accounts.permissions import Permission, require

from . import selectors, webhooks
from .errors import NotReachable
from .forms import EndpointForm
from .models import TOLD_STATES, Endpoint, EndpointState, EventType
from .signing import secret_of

PAGE = 50
_STATES = {"pause": EndpointState.PAUSED, "resume": EndpointState.WORKING, "end": EndpointState.ENDED}
_SAID = {
    "pause": "Paused: it is told of nothing until you resume it.",
    "resume": "Resumed: it is told of what happens from now on.",
    "end": "Ended. Its log is kept for 90 days but no longer shown.",
}


@never_cache
@require_http_methods(["GET", "POST"])
def webhook_list(request: HttpRequest) -> HttpResponse:
    """A new endpoint's secret is shown in the answer that made it, never again."""
    require(request.user, Permission.WEBHOOK_MANAGE)
    hosts, made, status = webhooks.hosts(), None, 200
    form = EndpointForm(request.POST if request.method == "POST" else None, hosts=hosts)
    if request.method == "POST":
        made = _registered(form, cast(User, request.user))
        status = 200 if made else 422
        form = EndpointForm(hosts=hosts) if made else form
    context = {
        "endpoints": selectors.endpoints(), "form": form, "hosts": hosts, "made": made,
        "secret": secret_of(made) if made else "",
    }  # fmt: skip
    return render(request, "subscriptions/webhooks.html", context, status=status)


def _registered(form: EndpointForm, by: User) -> Endpoint | None:
    if not form.is_valid():
        return None
    try:
        return webhooks.register(**form.cleaned_data, by=by)
    except NotReachable as error:
        form.add_error("url", str(error))
        return None


def _endpoint(public_id: UUID) -> Endpoint:
    found = webhooks.endpoint_of(public_id)
    if found is None:
        raise Http404("There is no such webhook.")
    return found


@never_cache
@require_GET
def webhook_detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    require(request.user, Permission.WEBHOOK_MANAGE)
    return _detail(request, _endpoint(public_id))


def _detail(request: HttpRequest, endpoint: Endpoint, *, secret: str = "") -> HttpResponse:
    page = Paginator(selectors.deliveries(endpoint), PAGE).get_page(request.GET.get("page"))
    titles = [EventType(code).label for code in endpoint.events]
    context = {
        "endpoint": endpoint, "deliveries": page, "events": titles, "secret": secret,
        "is_told": endpoint.state in TOLD_STATES,
    }  # fmt: skip
    return render(request, "subscriptions/webhook.html", context)


@never_cache
@require_POST
def webhook_act(request: HttpRequest, public_id: UUID) -> HttpResponse:
    require(request.user, Permission.WEBHOOK_MANAGE)
    endpoint, by, act = _endpoint(public_id), cast(User, request.user), request.POST.get("act", "")
    if act == "secret":
        return _detail(request, endpoint, secret=webhooks.renew_secret(endpoint=endpoint, by=by))
    if act == "test":
        webhooks.send_test(endpoint=endpoint, by=by)
        messages.success(request, "A test event is on its way; the log below tells what became of it.")
    elif act in _STATES:
        webhooks.set_state(endpoint=endpoint, state=_STATES[act], by=by)
        messages.success(request, _SAID[act])
    else:
        raise Http404("There is no such act.")
    return redirect("webhook_list") if act == "end" else redirect("webhook_detail", public_id)
