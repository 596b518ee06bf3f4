"""Pages of files: ask for one, see how far it is, download it."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from adme.accounts.models import User
from adme.accounts.permissions import Permission, require
from adme.audit import services as audit

from . import builders, selectors, services
from .errors import TooManyFiles, UnknownProduct


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def product_files(request: HttpRequest) -> HttpResponse:
    """What can be made, and one's own files. A POST asks for one."""
    require(request.user, Permission.EXPORT)
    if request.method == "POST":
        return _ask(request)
    return _page(request)


@never_cache
@require_GET
def product_files_live(request: HttpRequest) -> HttpResponse:
    """The list alone, for the page that waits."""
    require(request.user, Permission.EXPORT)
    page = selectors.files_page(cast(User, request.user))
    return render(request, "products/_files.html", {"page": page})


@never_cache
@require_GET
def edition_files(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The files of an edition, as a part of its page, or as a page where that part cannot be loaded."""
    require(request.user, Permission.EXPORT)
    edition = selectors.edition_for(request.user, str(public_id))
    if edition is None:
        raise Http404("no such edition")
    lines = selectors.of_edition(edition)
    context = {"lines": lines, "edition": edition, "is_open": any(line.is_open for line in lines)}
    part = bool(getattr(request, "htmx", False))
    return render(request, "products/_edition_files.html" if part else "products/edition_files.html", context)


@never_cache
@require_GET
def latest_edition(request: HttpRequest) -> HttpResponse:
    """The newest edition that this person may read, with its documents one click away: a part of the home page."""
    require(request.user, Permission.EXPORT)
    edition = selectors.latest_released()
    context = {"edition": edition, "lines": selectors.documents_of(edition) if edition else ()}
    part = bool(getattr(request, "htmx", False))
    return render(request, "products/_latest.html" if part else "products/latest.html", context)


@require_safe
def product_file(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    require(request.user, Permission.EXPORT)
    user = cast(User, request.user)
    file = selectors.file_for(user, public_id)
    path = file.file.name if file and file.file else None
    if file is None or path is None or not default_storage.exists(path):
        raise Http404("no such file")
    if request.method == "GET":
        audit.record(action="product.downloaded", actor=user.email, target=f"product:{file.public_id}")
    response = FileResponse(
        default_storage.open(path, "rb"),
        as_attachment=True,
        filename=file.name,
        content_type=builders.CONTENT_TYPES[file.format],
    )
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-ADME-SHA256"] = file.sha256
    return response


def _page(request: HttpRequest, *, status: int = 200, problem: str = "") -> HttpResponse:
    context = {"page": selectors.files_page(cast(User, request.user)), "problem": problem}
    return render(request, "products/files.html", context, status=status)


def _ask(request: HttpRequest) -> HttpResponse:
    user, given = cast(User, request.user), request.POST
    product, _, form = given.get("what", "").partition(":")
    edition = None
    if wanted := given.get("edition", ""):
        edition = selectors.edition_for(user, wanted)
        if edition is None:
            raise Http404("no such edition")
    try:
        file = services.request_file(
            user=user,
            product=product,
            form=form,
            edition=edition,
            body=given.get("body", ""),
            state=given.get("state", ""),
        )
    except UnknownProduct as error:
        return _page(request, status=422, problem=str(error))
    except TooManyFiles as error:
        return _page(request, status=429, problem=str(error))
    messages.success(request, f"{file.title}: it is being built, or stands ready in the list.")
    return redirect(services.link_of(file))
