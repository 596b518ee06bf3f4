"""“Is it still true?”: what has changed since an edition or a file, and between two editions; also as CSV."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods

from adme.accounts.permissions import Permission, require
from adme.common.uploads import LimitedUpload
from adme.exports.csv_writer import csv_chunks
from adme.exports.documents import Column, Document
from adme.exports.responses import file_name

from . import forms, live, pages, selectors
from .content import Change, Content
from .errors import EditionError, FileNotRead
from .known_files import KnownFile, find
from .models import Edition
from .reading import published_content
from .recognising import MOST_BYTES, Recognised, recognise_file, recognise_text

_SHORT = re.compile(r"/e/(\d{1,6})/(?:([0-9a-fA-F-]{36})/?)?\s*$")
REFUSED = 422
COLUMNS = (
    Column("KPI_LEAF", "KPI leaf"), Column("TITLE", "Title of the leaf"), Column("WORDING", "How sure the title is"),
    Column("REF_AREA", "Area"), Column("TIME_PERIOD", "Period"), Column("CAUSE", "Why it differs"),
    Column("BEFORE", "Value before"), Column("AFTER", "Value after"), Column("UNIT", "Unit"),
    Column("DETAIL", "What exactly differs"), Column("IS_DEMONSTRATION", "Rests on made-up data"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer to “is it still true?” `edition` is None for figures of no edition, `file` where none was given."""

    today: selectors.Today
    content: Content
    edition: Edition | None
    taken_at: datetime
    file: KnownFile | None = None
    is_unaltered: bool | None = None
    is_foreign: bool = False  # the stamp names an edition whose hash is another

    @property
    def groups(self) -> tuple[pages.ChangeGroup, ...]:
        return pages.change_groups(self.today.changes, self.content, made_up=self.today.made_up)


@csrf_exempt  # `_check` checks the token, once the limit stands before the body is read
@require_http_methods(["GET", "POST"])
@never_cache
def edition_check(request: HttpRequest) -> HttpResponse:
    require(request.user, Permission.DASHBOARD_VIEW)
    upload = LimitedUpload(request, MOST_BYTES)
    if request.method == "POST":
        request.upload_handlers.insert(0, upload)
        _ = request.POST  # reads the body
    return cast(HttpResponse, _check(request, is_too_large=upload.exceeded))


@csrf_protect
def _check(request: HttpRequest, *, is_too_large: bool) -> HttpResponse:
    form = forms.CheckForm(request.POST, request.FILES) if request.method == "POST" else forms.CheckForm()
    verdict = None
    if is_too_large:
        form.full_clean()
        form.add_error("file", "The file is larger than 30 MB, the most that is read here.")
    elif request.method == "POST" and form.is_valid():
        try:
            verdict = _asked(request, form.cleaned_data["file"], form.cleaned_data["text"])
        except EditionError as error:
            forms.refuse(form, error)
    status = 413 if is_too_large else REFUSED if form.errors else 200
    return _answer(request, verdict, form, status=status)


def _asked(request: HttpRequest, file: Any, text: str) -> Verdict:
    if file:
        with tempfile.TemporaryDirectory(prefix="adme-check-") as folder:
            path = Path(folder) / "file"
            with path.open("wb") as stream:
                for chunk in file.chunks():
                    stream.write(chunk)
            return _judged(request, recognise_file(path), "file")
    if link := _SHORT.search(text.strip()):
        return _of_edition(request, int(link[1]), find(UUID(link[2])) if link[2] else None, "text")
    if text.strip():
        return _judged(request, recognise_text(text), "text")
    raise FileNotRead("Choose a file, or paste its stamp or short link.", "file")


def _judged(request: HttpRequest, found: Recognised, field: str) -> Verdict:
    if found.stamp.number is None:
        return _of_moment(found)
    verdict = _of_edition(request, found.stamp.number, found.known, field)
    foreign = bool(verdict.edition and found.stamp.hash and found.stamp.hash != verdict.edition.hash)
    return Verdict(
        verdict.today, verdict.content, verdict.edition, verdict.taken_at, found.known, found.is_unaltered, foreign
    )


def _of_edition(request: HttpRequest, number: int, known: KnownFile | None, field: str) -> Verdict:
    try:
        edition = selectors.edition_for(request.user, number)
    except Http404 as error:
        raise FileNotRead(
            f"ADME knows no edition {number}. Was the file made by another installation?", field
        ) from error
    content = published_content(edition)
    return Verdict(selectors.changes_since(edition), content, edition, content.stamp.taken_at, known)


def _of_moment(found: Recognised) -> Verdict:
    """A file of no edition: the figures that stood when it was made. A moment yet to come was not made here."""
    if found.stamp.taken_at > timezone.now():
        raise FileNotRead("The stamp of this file names a moment that has not come yet. It was not made by ADME.")
    today = selectors.changes_since_moment(found.stamp.taken_at)
    return Verdict(today, live.take(), None, found.stamp.taken_at, found.known, found.is_unaltered)


@require_GET
@never_cache
def edition_short(request: HttpRequest, number: int, file: UUID | None = None) -> HttpResponse:
    """The short link in every file: what has changed since."""
    require(request.user, Permission.DASHBOARD_VIEW)
    edition = selectors.edition_for(request.user, number)
    content = published_content(edition)
    known = find(file) if file else None
    if known is not None and known.edition != number:
        known = None
    verdict = Verdict(selectors.changes_since(edition), content, edition, content.stamp.taken_at, known)
    return _answer(request, verdict, forms.CheckForm())


def _answer(request: HttpRequest, verdict: Verdict | None, form: forms.CheckForm, status: int = 200) -> HttpResponse:
    demonstration = verdict is not None and bool(verdict.content.stamp.is_demonstration or verdict.today.made_up)
    context = {"verdict": verdict, "form": form, "page_has_demonstration_data": demonstration}
    return render(request, "editions/check.html", context, status=status)


@require_GET
@never_cache
def edition_compare(request: HttpRequest) -> HttpResponse:
    """Two editions, chosen in the address: the older one is always the one before."""
    require(request.user, Permission.DASHBOARD_VIEW)
    editions = list(selectors.visible(request.user))
    numbers = [one.number for one in editions]
    newer, older = _number(request, "to", numbers[:1]), _number(request, "from", numbers[1:2])
    context: dict[str, Any] = {"editions": editions, "older": older, "newer": newer, "groups": None}
    if older and newer and older != newer:
        older, newer = sorted((older, newer))
        before, after = (selectors.edition_for(request.user, one) for one in (older, newer))
        contents = published_content(before), published_content(after)
        changes = selectors.changes_between(*contents)
        context |= {
            "before": before, "after": after, "older": older, "newer": newer, "count": len(changes),
            "groups": pages.change_groups(changes, contents[1], contents[0]),
            "page_has_demonstration_data": before.is_demonstration or after.is_demonstration,
        }  # fmt: skip
    choices = [(str(one.number), f"Edition {one.number}: {one.title}") for one in editions]
    context["filters"] = [
        {"name": "from", "label": "Before", "value": older, "options": choices},
        {"name": "to", "label": "After", "value": newer, "options": choices},
    ]
    return render(request, "editions/compare.html", context)


def _number(request: HttpRequest, name: str, usual: list[int | None]) -> int | None:
    given = request.GET.get(name, "")
    if not given:
        return usual[0] if usual else None
    if not given.isascii() or not given.isdigit() or len(given) > 6:
        raise Http404("There is no such edition.")
    return int(given)


@require_GET
def changes_file(request: HttpRequest, number: int) -> HttpResponseBase:
    """What changed against the edition before, as frozen at publication."""
    require(request.user, Permission.EXPORT)
    edition = selectors.edition_for(request.user, number)
    content = published_content(edition)
    title = f"Changes from edition {content.previous} to edition {number}" if content.previous else f"Edition {number}"
    return _csv(edition, content, content.changes, title, f"edition-{number}-changes")


@require_GET
@never_cache
def since_file(request: HttpRequest, number: int) -> HttpResponseBase:
    """What has changed since the edition, until now."""
    require(request.user, Permission.EXPORT)
    edition = selectors.edition_for(request.user, number)
    content = published_content(edition)
    title = f"Changes since edition {number}, until now"
    today = selectors.changes_since(edition)
    return _csv(edition, content, today.changes, title, f"edition-{number}-since", today.made_up)


def _csv(
    edition: Edition,
    content: Content,
    changes: tuple[Change, ...],
    title: str,
    stem: str,
    made_up: tuple[str, ...] = (),
) -> StreamingHttpResponse:
    rows = []
    for change in changes:
        told = pages.change_row(change, content, made_up=made_up)
        rows.append(
            (change.leaf, told.title, told.wording, change.area, told.period, change.cause, change.before, change.after,
             told.unit, change.detail, "yes" if told.is_demonstration else "no")
        )  # fmt: skip
    document = Document(
        title=title,
        file_stem=stem,
        columns=COLUMNS,
        rows=rows,
        source="ADME, ASEAN Secretariat; the sources of each figure stand in the edition",
        licence="As the sources named in the edition",
        extracted_at=timezone.now(),
        data_version=edition.data_version or 0,
        address=content.stamp.address,
        is_demonstration=edition.is_demonstration or any(row[-1] == "yes" for row in rows),
    )
    response = StreamingHttpResponse(csv_chunks(document), content_type="text/csv; charset=utf-8")
    name = file_name(stem, document.data_version, "csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
