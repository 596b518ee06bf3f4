"""Files that show what a report says: what is taken, found out from the content, and how they are given out again."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.http import FileResponse, Http404

from adme.accounts.permissions import Permission, may
from adme.common.archives import MEGABYTE, ZipLimits, check_zip, open_entry
from adme.common.files import sniff_text
from adme.common.refusals import FileRefused
from adme.ingest.storage import safe_name

from .. import access
from ..errors import FileNotTaken
from ..models import Evidence, Obligation
from ..states import State
from . import revisions

MOST_BYTES = 10 * MEGABYTE
_OOXML = "application/vnd.openxmlformats-officedocument."
_LIMITS = ZipLimits(entries=5000, inflated=200 * MEGABYTE, nested=True)


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that is taken: `content` lies in a temporary place that the caller owns."""

    path: Path
    filename: str
    content_type: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class _Kind:
    """`is_it` looks at the whole file; it returns False, or raises FileRefused with a sentence of its own."""

    title: str
    content_type: str
    is_it: Callable[[Path], bool]


def _edges(path: Path) -> tuple[bytes, bytes]:
    with path.open("rb") as stream:
        head = stream.read(4096)
        stream.seek(max(0, path.stat().st_size - 4096))
        return head, stream.read()


def _is_pdf(path: Path) -> bool:
    head, tail = _edges(path)
    return head.startswith(b"%PDF-") and b"%%EOF" in tail


def _is_png(path: Path) -> bool:
    head, tail = _edges(path)
    return head.startswith(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR") and b"IEND" in tail


def _is_jpeg(path: Path) -> bool:
    head, tail = _edges(path)
    return head.startswith(b"\xff\xd8\xff") and b"\xff\xd9" in tail


def _is_text(path: Path) -> bool:
    """Text in an encoding that can be read, and neither a page nor a program for a browser."""
    found = sniff_text(lambda: path.open("rb"))
    opening = found.head.lstrip().lower()
    marks = ("<!doctype", "<html", "<script", "<svg", "<?xml", "<body", "<iframe")
    return "\x00" not in found.head and not opening.startswith(("%pdf", *marks)) and "<script" not in opening


def _office(main: str) -> Callable[[Path], bool]:
    """An Office document by its parts. Macros are refused: nobody can tell what they do."""

    def is_it(path: Path) -> bool:
        head, _tail = _edges(path)
        if not head.startswith(b"PK\x03\x04"):
            return False
        entries = {info.filename: info for info in check_zip(path, _LIMITS)}
        names = {name.lower() for name in entries}
        if any(name.endswith(("vbaproject.bin", ".exe", ".dll", ".js", ".vbs", ".scr")) for name in names):
            raise FileRefused("macros", "The document holds macros or a program. Save it without, or as PDF.")
        if "[Content_Types].xml" not in entries or main not in entries:
            return False
        with open_entry(path, entries["[Content_Types].xml"], _LIMITS) as stream:
            types = stream.read(MEGABYTE).lower()
        if b"macroenabled" in types:
            raise FileRefused("macros", "The document holds macros or a program. Save it without, or as PDF.")
        return True

    return is_it


KINDS: dict[str, _Kind] = {
    ".pdf": _Kind("a PDF", "application/pdf", _is_pdf),
    ".docx": _Kind("a Word document", f"{_OOXML}wordprocessingml.document", _office("word/document.xml")),
    ".xlsx": _Kind("an Excel workbook", f"{_OOXML}spreadsheetml.sheet", _office("xl/workbook.xml")),
    ".pptx": _Kind("a PowerPoint file", f"{_OOXML}presentationml.presentation", _office("ppt/presentation.xml")),
    ".csv": _Kind("a text file", "text/csv; charset=utf-8", _is_text),
    ".txt": _Kind("a text file", "text/plain; charset=utf-8", _is_text),
    ".png": _Kind("a PNG picture", "image/png", _is_png),
    ".jpg": _Kind("a JPEG picture", "image/jpeg", _is_jpeg),
    ".jpeg": _Kind("a JPEG picture", "image/jpeg", _is_jpeg),
}
ACCEPTED = ", ".join(sorted(KINDS))
TAKEN_SENTENCE = "PDF, Word, Excel, PowerPoint, CSV, text, PNG and JPEG files up to 10 MB are taken."


def check(upload: Any, folder: Path) -> Checked:
    """Copy an upload to a folder and look at it; FileNotTaken with a sentence. The caller removes the folder."""
    name = safe_name(str(getattr(upload, "name", "") or "file"))
    kind = KINDS.get(Path(name).suffix.lower())
    if kind is None:
        raise FileNotTaken(f"'{name}' is of a kind that is not taken. {TAKEN_SENTENCE}")
    path = folder / "upload"
    size, sha256 = _copy(upload.chunks(), path, name)
    try:
        is_it = kind.is_it(path)
    except FileRefused as error:
        raise FileNotTaken(f"'{name}' was not taken. {error}") from error
    if not is_it:
        raise FileNotTaken(f"'{name}' is named like {kind.title}, but its content is something else. {TAKEN_SENTENCE}")
    return Checked(path, name, kind.content_type, size, sha256)


def _copy(chunks: Iterable[bytes], path: Path, name: str) -> tuple[int, str]:
    size, digest = 0, hashlib.sha256()
    with path.open("wb") as stream:
        for chunk in chunks:
            size += len(chunk)
            if size > MOST_BYTES:
                raise FileNotTaken(f"'{name}' is larger than 10 MB. Make it smaller, or give a link to it.")
            digest.update(chunk)
            stream.write(chunk)
    if size == 0:
        raise FileNotTaken(f"'{name}' is empty.")
    return size, digest.hexdigest()


def scratch() -> tempfile.TemporaryDirectory[str]:
    """A folder for one upload, which vanishes whatever happens."""
    return tempfile.TemporaryDirectory(prefix="adme-evidence-")


def open_evidence(user: Any, public_id: UUID | str) -> Evidence:
    """The file this user may have, or Http404: who sees the draft, or who reads reports when others can read it."""
    related = ("obligation__round", "obligation__body", "obligation__state_area")
    found = Evidence.objects.select_related(*related).filter(public_id=public_id).exclude(file="").first()
    if found is None or not (access.may_see_draft(user, found.obligation) or _may_read(user, found)):
        raise Http404("There is no such file.")
    return found


def _may_read(user: Any, evidence: Evidence) -> bool:
    if not may(user, Permission.REPORT_READ):
        return False
    return str(evidence.public_id) in _published(evidence.obligation, submitted_too=access.sees_submitted(user))


def _published(obligation: Obligation, *, submitted_too: bool) -> set[str]:
    """Evidence that others can read now: of the last approval; for some also of what waits for a decision."""
    shown = [revisions.approved(obligation)]
    if submitted_too and obligation.state in {State.SUBMITTED, State.CERTIFIED_NIL}:
        shown.append(revisions.latest(obligation))
    return {
        one["id"]
        for revision in shown
        if revision is not None
        for record in revision.content.data["records"]
        for one in record["evidence"]
    }


def response_for(evidence: Evidence) -> FileResponse:
    """The file as a download: never shown in the page, never guessed at by the browser."""
    try:
        stream = evidence.file.open("rb")
    except FileNotFoundError as error:
        raise Http404("There is no such file.") from error
    response = FileResponse(
        stream, as_attachment=True, filename=evidence.filename, content_type=_content_type(evidence.filename)
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _content_type(filename: str) -> str:
    kind = KINDS.get(Path(filename).suffix.lower())
    return kind.content_type if kind else "application/octet-stream"
