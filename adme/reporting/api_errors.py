"""Refusals of reporting as answers of the API, in its one shape, with what a program needs to go on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework.response import Response

from .errors import (
    BadValues,
    Conflict,
    FieldProblem,
    NoSuchRecord,
    NotAllowedNow,
    NotReady,
    Outdated,
    OwnReport,
    ReasonNeeded,
    ReportingError,
)

_CODES: list[tuple[type[ReportingError], int, str]] = [
    (NotReady, 409, "not_ready"),
    (Outdated, 409, "outdated"),
    (OwnReport, 409, "own_report"),
    (NotAllowedNow, 409, "not_allowed_now"),
]


def refusing(view: Callable[..., Response]) -> Callable[..., Response]:
    """Turns what the services raise into an answer; another body's report stays a 404."""

    @wraps(view)
    def wrapped(*args: Any, **kwargs: Any) -> Response:
        try:
            return view(*args, **kwargs)
        except (NoSuchRecord, PermissionDenied):
            raise Http404("There is no such record.") from None
        except ReportingError as error:
            return answer(error)

    return wrapped


def answer(error: ReportingError) -> Response:
    if isinstance(error, BadValues):
        return _refused(400, "invalid", "Some values are not right.", _by_field(error.problems), problems=_plain(error))
    if isinstance(error, Conflict):
        return _conflict(error)
    if isinstance(error, ReasonNeeded):
        return _refused(422, "reason_needed", str(error), {name: [str(error)] for name in error.fields or ("reason",)})
    found = ((status, code) for kind, status, code in _CODES if isinstance(error, kind))
    status, code = next(found, (409, "refused"))
    more = {"blockers": list(getattr(error, "blockers", []))} if isinstance(error, NotReady) else {}
    return _refused(status, code, str(error), {}, **more)


def _conflict(error: Conflict) -> Response:
    clashes = [
        {"field": one.field, "label": one.label, "base": one.base, "stored": one.theirs, "sent": one.mine}
        for one in error.clashes
    ]
    fields = {one.field: [str(error)] for one in error.clashes}
    return _refused(409, "conflict", str(error), fields, clashes=clashes, tokens=error.tokens, by=error.by, at=error.at)


def _by_field(problems: Sequence[FieldProblem]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in problems:
        found.setdefault(one.field, []).append(one.hint)
    return found


def _plain(error: BadValues) -> list[dict[str, str]]:
    return [{"field": one.field, "code": one.code, "seen": one.seen, "hint": one.hint} for one in error.problems]


def _refused(status: int, code: str, message: str, fields: dict[str, list[str]], **more: Any) -> Response:
    return Response({"error": {"code": code, "message": message, "fields": fields, **more}}, status=status)
