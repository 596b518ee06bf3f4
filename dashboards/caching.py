"""Pages that are built once per data version: ETag and 304 first, then the cached content, then the work.

What changes a page is in its key: the data version, this code, the address, the filters, the user's permissions, and
the day (a figure grows old without any import). What is the user's own (name, menu, number of unread notices, messages,
form token) stands around the content, is made anew for each answer, and is part of the ETag.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers

from adme.accounts.permissions import permissions_of
from adme.observations.models import DataVersion
from adme.observations.services import current_data_version
from adme.reporting.context import unread

KEPT_SECONDS = 24 * 60 * 60
_CODE = ("dashboards", "databases_a", "databases_c", "adme", "templates", "static/js", "static/css")


@dataclass(frozen=True, slots=True)
class Built:
    """A page without what is the user's own: plain strings, so that any cache can keep it."""

    title: str
    crumbs: str
    content: str
    has_demonstration_data: bool = False
    characteristic: str = ""  # letter under which the menu shows the page


def answer(
    request: HttpRequest,
    *,
    build: Callable[[int], Built | None],
    filters: Any = "",
    more: dict[str, Any] | None = None,
    stamp: Any = "",
) -> HttpResponse:
    """Answer with 304, from the cache, or with what `build(data version)` makes; 404 where it makes nothing.

    `filters` is what the page understood of the query, so that unknown words in an address do not fill the cache.
    `stamp` is what else the page shows that may change without a new data version, such as which reports are in.
    """
    version = current_data_version()
    messages = len(get_messages(request))
    etag = _etag(request, version, stamp)
    if not messages and (unchanged := get_conditional_response(request, etag=etag)):
        return _private(unchanged)
    key = _digest("page", version.number, code_version(), request.path, filters, _rights(request), _today(), stamp)
    page = cache.get(key)
    if page is None:
        page = build(version.number)
        if page is None:
            raise Http404
        cache.set(key, page, KEPT_SECONDS)
    request.characteristic = page.characteristic  # type: ignore[attr-defined]
    context = {
        "page": page,
        "data_version": version.number,
        "data_version_at": version.changed_at,
        "page_has_demonstration_data": page.has_demonstration_data,
        **(more or {}),
    }
    response = render(request, "dashboards/page.html", context)
    if not messages:
        response["ETag"] = etag
    return _private(response)


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, ["Cookie"])
    return response


def _etag(request: HttpRequest, version: DataVersion, stamp: Any) -> str:
    """Weak, because compression changes the bytes. The form token's cookie is in it: an old page's forms would fail."""
    own = (
        request.user.pk,
        str(request.user),
        _rights(request),
        request.META.get("CSRF_COOKIE", ""),
        unread(request.user),
        stamp,
    )
    return f'W/"{_digest(version.number, code_version(), request.get_full_path(), _today(), *own)}"'


def _rights(request: HttpRequest) -> str:
    return ",".join(sorted(permissions_of(request.user)))


def _today() -> str:
    return timezone.now().date().isoformat()


def _digest(*parts: Any) -> str:
    return hashlib.sha256("\n".join(map(repr, parts)).encode()).hexdigest()[:32]


def code_version() -> str:
    """Changes when code or templates do. Read at every call while developing, else once per process."""
    return _code_version.__wrapped__() if settings.DEBUG else _code_version()


@lru_cache(maxsize=1)
def _code_version() -> str:
    digest = hashlib.sha256(f"{settings.ADME_DEMO}".encode())
    for path in sorted(_code_files()):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _code_files() -> Iterable[Path]:
    for name in _CODE:
        for path in (settings.BASE_DIR / name).rglob("*"):
            if path.suffix in {".py", ".html", ".js", ".css"}:
                yield path
