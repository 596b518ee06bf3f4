"""Pages that belong to no single package: landing, health, style guide. Part of the composition root."""

from __future__ import annotations

import shutil

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static

from adme.jobs.selectors import queue_health

LEAST_FREE_BYTES = 200 * 1024 * 1024
LONGEST_WAIT_SECONDS = 300


def landing(request: HttpRequest) -> HttpResponseBase:
    """The one page for people without a login; those with one go to their dashboards."""
    if request.user.is_authenticated:
        return redirect("home")
    return render(request, "landing.html")


def favicon(request: HttpRequest) -> HttpResponseBase:
    """Pages name their icon; the operators' admin and old browsers ask here."""
    return redirect(static("img/mark.svg"))


def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers. Nothing else is asked, so that a slow database does not restart it."""
    return HttpResponse("ok\n", content_type="text/plain", headers={"Cache-Control": "no-store"})


def readyz(request: HttpRequest) -> JsonResponse:
    """Whether this process can do its work; 503 with the failing parts otherwise. Tells no details."""
    parts = {name: _works(check) for name, check in _CHECKS.items()}
    return JsonResponse(parts, status=200 if all(parts.values()) else 503, headers={"Cache-Control": "no-store"})


def _works(check) -> bool:  # type: ignore[no-untyped-def]
    try:
        return bool(check())
    except Exception:  # a health check answers; it never raises
        return False


def _database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return True


def _migrations() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _cache() -> bool:
    cache.set("readyz", "1", 10)
    return cache.get("readyz") == "1"


def _disk() -> bool:
    directory = settings.MEDIA_ROOT if settings.MEDIA_ROOT.exists() else settings.BASE_DIR
    return shutil.disk_usage(directory).free > LEAST_FREE_BYTES


def _queue() -> bool:
    """False when jobs wait and nobody works on any: a long queue behind a busy worker is no fault of this process."""
    health = queue_health()
    return health.running > 0 or health.oldest_seconds < LONGEST_WAIT_SECONDS


_CHECKS = {"database": _database, "migrations": _migrations, "cache": _cache, "disk": _disk, "queue": _queue}
