"""A document as a download: file name, type, and headers that keep it out of shared caches."""

from __future__ import annotations

import re
from os import SEEK_END

from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse

from .csv_writer import csv_chunks
from .documents import Document
from .xlsx_writer import IN_MEMORY, xlsx_file

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def file_name(stem: str, version: int, extension: str) -> str:
    """Stable and tellable: adme_kpi-31c_2016-2025_v12.csv"""
    safe = re.sub(r"[^A-Za-z0-9._-]+", "-", stem).strip("-") or "data"
    return f"adme_{safe}_v{version}.{extension}"


def download(document: Document, extension: str) -> HttpResponseBase:
    """The document as `csv` or `xlsx`; 404 for another extension."""
    response: HttpResponseBase
    if extension == "csv":
        response = StreamingHttpResponse(csv_chunks(document), content_type="text/csv; charset=utf-8")
    elif extension == "xlsx":
        response = _xlsx(document)
    else:
        raise Http404(f"no download as {extension}")
    name = file_name(document.file_stem, document.data_version, extension)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _xlsx(document: Document) -> HttpResponseBase:
    """A large file goes out from the disk, part by part."""
    file = xlsx_file(document)
    if file.seek(0, SEEK_END) > IN_MEMORY:
        file.seek(0)
        return FileResponse(file, content_type=XLSX_TYPE)
    with file:
        file.seek(0)
        return HttpResponse(file.read(), content_type=XLSX_TYPE)
