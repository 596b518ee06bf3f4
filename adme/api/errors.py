"""Errors of the API in one shape: {"error": {"code", "message", "fields"}}, always as JSON."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import SuspiciousOperation
from rest_framework import serializers
from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler as rest_handler

from .renderers import OrjsonRenderer


class _Problem(serializers.Serializer):
    code = serializers.CharField(help_text="Stays the same for programs, such as 'invalid' or 'scope_missing'.")
    message = serializers.CharField(help_text="What was seen, and the remedy.")

    class Meta:
        ref_name = "Problem"

    def get_fields(self) -> dict[str, serializers.Field]:
        by_field = serializers.DictField(help_text="By name of the parameter or field: what is wrong.")
        return {**super().get_fields(), "fields": by_field}


class Error(serializers.Serializer):
    """What every refused request gets."""

    error = _Problem()


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    if isinstance(error, SuspiciousOperation):  # a body that Django refuses: too many fields, too large in memory
        error = ParseError("The request is not one that can be read: too many or too large fields.")
    response = rest_handler(error, context)
    if response is None:
        return None
    if isinstance(error, ValidationError):
        fields = response.data if isinstance(response.data, dict) else {"": response.data}
        body = {"code": "invalid", "message": "Some parameters are not right.", "fields": fields}
    else:
        detail = response.data.get("detail") if isinstance(response.data, dict) else None
        body = {"code": getattr(detail, "code", "error"), "message": str(detail or error), "fields": {}}
    response.data = {"error": body}
    request = context.get("request")
    if request is not None:  # who asked for CSV is told in JSON what is wrong
        request.accepted_renderer, request.accepted_media_type = OrjsonRenderer(), OrjsonRenderer.media_type
    return response


def refused(status: int, code: str, message: str, fields: dict[str, Any] | None = None) -> Response:
    """An answer in the one shape, for what a service refused."""
    return Response({"error": {"code": code, "message": message, "fields": fields or {}}}, status=status)
