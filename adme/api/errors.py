"""Errors of the API in one shape: {"error": {"code", "message", "fields"}}."""

from __future__ import annotations

from typing import Any

from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler as rest_handler


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    response = rest_handler(error, context)
    if response is None:
        return None
    if isinstance(error, ValidationError):
        body = {"code": "invalid", "message": "Some parameters are not right.", "fields": response.data}
    else:
        detail = response.data.get("detail") if isinstance(response.data, dict) else None
        body = {"code": getattr(detail, "code", "error"), "message": str(detail or error), "fields": {}}
    response.data = {"error": body}
    return response
