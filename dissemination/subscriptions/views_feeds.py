"""Feeds of released editions: by session, by API token, or by the secret address of a reader that cannot log in."""

from __future__ import annotations

import hashlib
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from adme.accounts.permissions import Permission, may, require
from adme.api.scopes import Scope
from adme.api.tokens import find_token

from .feed_rows import feed_of
from .feeds import WRITERS
from .watching import user_of_feed_key

_PLAIN = "text/plain; charset=utf-8"


@login_not_required
@require_safe
def feed(request: HttpRequest, form: str) -> HttpResponseBase:
    """By session or `Authorization: Bearer <API token>`. A feed reader has no use for a login page: it gets 401."""
    user: Any = request.user
    if not user.is_authenticated:
        words = request.headers.get("Authorization", "").split()
        token = find_token(words[1]) if len(words) == 2 and words[0].lower() in ("bearer", "token") else None
        if token is None or Scope.READ not in token.scopes or not may(token.user, Permission.API_READ):
            headers = {"WWW-Authenticate": 'Bearer realm="ADME"'}
            said = "Log in, send an API token, or use the feed address of your page of watched things.\n"
            return HttpResponse(said, status=401, content_type=_PLAIN, headers=headers)
        user = token.user
    require(user, Permission.DASHBOARD_VIEW)
    return _answer(request, form)


@login_not_required
@require_safe
def feed_own(request: HttpRequest, key: str, form: str) -> HttpResponseBase:
    """By the personal address, which opens nothing else. Whatever is wrong with it, the answer is the same."""
    if user_of_feed_key(key) is None:
        return HttpResponse("There is no such feed.\n", status=404, content_type=_PLAIN, headers=_HEADERS)
    return _answer(request, form)


_HEADERS = {"Cache-Control": "private, no-cache", "Referrer-Policy": "no-referrer"}


def _answer(request: HttpRequest, form: str) -> HttpResponseBase:
    write, content_type = WRITERS[form]
    body = write(feed_of(form))
    etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    response = HttpResponse(body, content_type=content_type, headers={**_HEADERS, "ETag": etag})
    return get_conditional_response(request, etag=etag, response=response) or response
