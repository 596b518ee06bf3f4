"""What programs send: JSON only, of bounded size and depth, in text that can be stored and told again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from rest_framework import status
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import BaseParser

MOST_BYTES = 5 * 1024 * 1024
MOST_LEVELS = 12


class TooLarge(APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = "The request is larger than 5 MB. Send less at once."
    default_code = "too_large"


class JsonParser(BaseParser):
    """Strict: no NaN, no half characters. Reads no more than may be sent, whatever the sender announced."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        sent = stream.read(MOST_BYTES + 1)
        if len(sent) > MOST_BYTES:
            raise TooLarge
        try:
            found = orjson.loads(sent)
        except orjson.JSONDecodeError as error:
            raise ParseError(f"This is not JSON that can be read: {error}") from error
        if not _is_shallow(found):
            raise ParseError(f"The JSON is nested more than {MOST_LEVELS} levels deep.")
        return found


def _is_shallow(found: Any) -> bool:
    level: list[Any] = [found]
    for _ in range(MOST_LEVELS):
        inner: list[Any] = []
        for one in level:
            if isinstance(one, dict):
                inner += [part for part in one.values() if isinstance(part, dict | list)]
            elif isinstance(one, list):
                inner += [part for part in one if isinstance(part, dict | list)]
        if not inner:
            return True
        level = inner
    return False
