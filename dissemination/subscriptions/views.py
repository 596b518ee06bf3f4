"""Pages of what a person watches: list, add, take off, how to be told, the address of the feeds."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from adme.accounts.models import User
from adme.accounts.permissions import Permission, require
from databases_a.rfmd.models import AggregationRun

from . import selectors, watching
from .addresses import absolute
from .errors import NotWatchable
from .forms import WishesForm
from .models import Watch, WatchKind
from .run_changes import changes_of_run, concerned, kras_of_bodies
from .selectors import is_watched


def _me(request: HttpRequest) -> User:
    """Watching is reading: who may see the dashboards may watch."""
    require(request.user, Permission.DASHBOARD_VIEW)
    return cast(User, request.user)


@never_cache
@require_GET
def watch_list(request: HttpRequest) -> HttpResponse:
    return _page(request, _me(request))


def _page(
    request: HttpRequest, user: User, *, feed_key: str = "", problem: str = "", status: int = 200
) -> HttpResponse:
    asked = request.GET.get("kind", ""), request.GET.get("code", "")
    addresses = [
        (title, absolute(f"/feeds/{feed_key}/editions.{form}")) for title, form in (("Atom", "atom"), ("RSS", "rss"))
    ]
    context = {
        "page": selectors.watch_page(user),
        "asked": asked,
        "feed_addresses": addresses if feed_key else (),
        "problem": problem,
    }
    return render(request, "subscriptions/watched.html", context, status=status)


@require_POST
def watch_set(request: HttpRequest) -> HttpResponse:
    """Watch or no longer watch one thing. A script gets the button as it is now, a person the page they came from."""
    user, given = _me(request), request.POST
    kind, code = given.get("kind", "")[:10], given.get("code", "")[:20]
    try:
        if given.get("act") == "unwatch":
            watching.unwatch(user=user, kind=kind, code=code)
            told = "You no longer watch it."
        else:
            watching.watch(user=user, kind=kind, code=code)
            told = "You are told when it changes."
    except NotWatchable as error:
        return _page(request, user, problem=str(error), status=422)
    if getattr(request, "htmx", False):
        return _button(request, user, kind, code)
    messages.success(request, told)
    back = given.get("next", "")
    return redirect(back if url_has_allowed_host_and_scheme(back, allowed_hosts=None) else "watch_list")


@never_cache
@require_GET
def watch_button(request: HttpRequest) -> HttpResponse:
    """The button of one thing, for a page of a package that knows nothing of watching."""
    user = _me(request)
    kind, code = request.GET.get("kind", ""), request.GET.get("code", "")
    if kind not in WatchKind.values or code not in selectors.things(WatchKind(kind)):
        raise Http404("There is no such thing to watch.")
    return _button(request, user, kind, code)


def _button(request: HttpRequest, user: User, kind: str, code: str) -> HttpResponse:
    context = {"kind": kind, "code": code, "is_watched": is_watched(user, kind, code), "back": _back(request)}
    return render(request, "subscriptions/_button.html", context)


def _back(request: HttpRequest) -> str:
    """The page that holds the button, as an address within ADME."""
    htmx: Any = getattr(request, "htmx", None)
    return (htmx.current_url_abs_path if htmx else "") or ""


@require_POST
def watch_wishes(request: HttpRequest) -> HttpResponse:
    user = _me(request)
    form = WishesForm(request.POST)
    if not form.is_valid():
        return _page(request, user, problem="Choose at once or once a day.", status=422)
    watching.set_wishes(user=user, **form.cleaned_data)
    messages.success(request, "Kept: this is how you are told from now on.")
    return redirect("watch_list")


@never_cache
@require_POST
def watch_feed(request: HttpRequest) -> HttpResponse:
    """A new personal address, shown in this answer and never again; or the end of the one there is."""
    user = _me(request)
    if request.POST.get("act") == "end":
        if watching.end_feed_key(user=user):
            messages.success(request, "Your feed address has ended; programs that use it get 404 from now on.")
        return redirect("watch_list")
    return _page(request, user, feed_key=watching.make_feed_key(user=user))


@never_cache
@require_GET
def watch_changes(request: HttpRequest, run: int) -> HttpResponse:
    """What one run changed of the things that this person watches now."""
    user = _me(request)
    found = AggregationRun.objects.filter(pk=run, finished_at__isnull=False).first()
    if found is None:
        raise Http404("There is no such run.")
    held = list(Watch.objects.filter(user=user))
    bodies = {one.code for one in held if one.kind == WatchKind.BODY}
    changes = concerned(changes_of_run(run), held, kras_of_bodies(bodies)) if held else ()
    context = {
        "run": found,
        "changes": changes,
        "page_has_demonstration_data": any(c.is_demonstration for c in changes),
    }
    return render(request, "subscriptions/changes.html", context)
