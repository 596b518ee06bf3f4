"""Pages of the Secretariat: the queue, approval of several reports, the completeness board and its download."""

from __future__ import annotations

from uuid import uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from adme.accounts.permissions import Permission, require
from adme.common.csp import chart_page
from adme.exports.documents import Column, Document
from adme.exports.responses import download
from adme.observations.periods import TimePeriod
from adme.observations.services import current_data_version

from .pages import review
from .pages.marks import mark, tool_title
from .selectors.board import Board
from .services import workflow
from .views_reports import REFUSED, asked, me

MOST_AT_ONCE = 200


@require_GET
@never_cache
def review_queue(request: HttpRequest) -> HttpResponse:
    require(request.user, Permission.REPORT_REVIEW)
    return _queue(request)


def _queue(request: HttpRequest, problem: str = "") -> HttpResponse:
    page = review.queue_page(request.user, query=asked(request))
    context = {
        "page": page,
        "problem": problem,
        "token": uuid4().hex,
        "page_has_demonstration_data": page.has_demonstration,
    }
    return render(request, "reporting/review/queue.html", context, status=REFUSED if problem else 200)


@require_POST
@never_cache
def bulk_approve(request: HttpRequest) -> HttpResponse:
    """First asks (what was ticked, named), then approves each for itself and tells what became of it."""
    require(request.user, Permission.REPORT_REVIEW)
    seen = _seen(request.POST.getlist("report"))
    token = request.POST.get("token", "")
    if not seen or len(seen) > MOST_AT_ONCE or not token:
        return _queue(request, f"Tick the reports to approve, at most {MOST_AT_ONCE} at once.")
    if "confirmed" not in request.POST:
        chosen = review.chosen(request.user, seen)
        return render(request, "reporting/review/confirm.html", {"page": chosen, "token": token})
    outcomes = workflow.bulk_approve(seen=seen, by=me(request), idempotency_key=token)
    return render(request, "reporting/review/outcome.html", {"lines": review.outcome_lines(outcomes)})


def _seen(values: list[str]) -> list[tuple[int, int]]:
    """Pairs of report and revision as the form sent them; what is no such pair is left out."""
    pairs = (value.partition(":") for value in values)
    return [
        (int(report), int(revision))
        for report, _, revision in pairs
        if report.isascii() and report.isdigit() and revision.isascii() and revision.isdigit()
        and len(report) <= 18 and len(revision) <= 18
    ]  # fmt: skip


@chart_page
@require_GET
@never_cache
def completeness_board(request: HttpRequest) -> HttpResponse:
    require(request.user, Permission.REPORT_VIEW_ALL)
    page = review.board_page(request.user, query=asked(request))
    context = {"page": page, "page_has_demonstration_data": page.board.has_demonstration}
    return render(request, "reporting/review/board.html", context)


COLUMNS = (
    Column("REPORTER", "Code of the sectoral body, or of the Member State"),
    Column("REPORTER_LABEL", "Acronym of the body, or name of the state"),
    Column("REPORTER_KIND", "body or state"),
    Column("TOOL", "Reporting tool"),
    Column("TIME_PERIOD", "Period reported on"),
    Column("STANDING", "How the report stands against the calendar, as a code"),
    Column("STANDING_LABEL", "The same in words"),
    Column("IN_TIME", "yes or no: first handed in by its deadline; empty where it was not handed in"),
)


@require_safe
def board_download(request: HttpRequest, extension: str) -> HttpResponseBase:
    require(request.user, Permission.REPORT_VIEW_ALL)
    require(request.user, Permission.EXPORT)
    board = review.asked_board(asked(request)).shown
    query = request.META.get("QUERY_STRING", "")
    page = request.build_absolute_uri(request.path.rsplit("data.", 1)[0])
    return download(_document(board, f"{page}?{query}" if query else page), extension)


def _document(board: Board, address: str) -> Document:
    title = tool_title(board.tool)
    rows = [
        (
            row.code, row.name, row.kind, title, str(TimePeriod.from_key(period)), cell.standing,
            mark(cell.standing).word, None if cell.in_time is None else "yes" if cell.in_time else "no",
        )
        for row in board.rows
        for period, cell in zip(board.periods, row.cells, strict=True)
        if cell
    ]  # fmt: skip
    return Document(
        title=f"Completeness of {title}",
        file_stem=f"completeness-{board.tool or 'none'}",
        columns=COLUMNS,
        rows=rows,
        source="ADME, obligation ledger",
        licence="ASEAN Secretariat, internal",
        extracted_at=timezone.now(),
        data_version=current_data_version().number,
        address=address,
        filters=[("Tool", title), ("Periods", ", ".join(str(TimePeriod.from_key(one)) for one in board.periods))],
        notes=[
            ("Not owed", "Not applicable, excused, and not open yet are left out of completeness and timeliness."),
            ("Returned", "A returned report counts neither as handed in nor as in time until it is handed in again."),
        ],
        is_demonstration=board.has_demonstration,
    )
