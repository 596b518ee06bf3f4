"""The description of the API (OpenAPI) as a file, so that a change of it is seen and reviewed like code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer
from drf_spectacular.validation import validate_schema


def description_path() -> Path:
    return settings.BASE_DIR / "docs" / "openapi.yaml"


def describe() -> tuple[dict[str, Any], list[str]]:
    """The description as it follows from the code, and what the generator could not tell for sure.

    Raises jsonschema's ValidationError where it is no OpenAPI.
    """
    GENERATOR_STATS.reset()
    with GENERATOR_STATS.silence():
        found: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    doubts = sorted({*GENERATOR_STATS._warn_cache, *GENERATOR_STATS._error_cache})
    GENERATOR_STATS.reset()
    validate_schema(found)
    return found, doubts


def as_text(description: dict[str, Any]) -> str:
    return OpenApiYamlRenderer().render(description, renderer_context={}).decode()
