"""Stops an upload that is too large while it arrives, before it fills memory or disk."""

from __future__ import annotations

import time
from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest, QueryDict
from django.utils.datastructures import MultiValueDict

FORM_ALLOWANCE = 1 << 20  # boundaries and the other fields
READ = 1 << 16
DRAIN_FACTOR, DRAIN_SECONDS = 4, 20.0


class LimitedUpload(FileUploadHandler):
    """First handler of the chain. `exceeded` tells the view to answer 413; the bytes went nowhere.

    What the browser announces as too large is read to its end and dropped, within bounds: a server that answers and
    closes while a browser still sends makes the browser show a broken connection instead of the sentence.
    """

    def __init__(self, request: HttpRequest, limit: int) -> None:
        super().__init__(request)
        self.limit, self.exceeded, self._received = limit, False, 0

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, boundary: Any, encoding: str | None = None
    ) -> tuple[QueryDict, MultiValueDict] | None:
        if content_length <= self.limit + FORM_ALLOWANCE:
            return None
        self.exceeded = True
        self._drain(input_data, content_length)
        return QueryDict(), MultiValueDict()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self._received += len(raw_data)
        if self._received > self.limit:
            self.exceeded = True
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The next handlers keep the file."""

    def _drain(self, input_data: Any, content_length: int) -> None:
        if content_length > DRAIN_FACTOR * self.limit:
            return
        ends_at = time.monotonic() + DRAIN_SECONDS
        while time.monotonic() < ends_at and input_data.read(READ):
            pass
