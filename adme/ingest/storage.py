"""Keeping the bytes of an import: streamed to disk, counted and hashed on the way, never whole in memory."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.files.base import File
from django.utils.text import get_valid_filename

from adme.common.files import kind_of
from adme.common.refusals import FileRefused

from .errors import FileTooLarge
from .models import ImportBatch

CHUNK = 1 << 20
_ENDINGS = {"text": {".csv", ".txt", ".tsv", ".tab"}, "xlsx": {".xlsx"}, "zip": {".zip"}}
_MEANS = {"text": "a text file", "xlsx": "an XLSX workbook", "zip": "a zip file"}


@dataclass(frozen=True, slots=True)
class Kept:
    sha256: str
    size: int


def limit() -> str:
    """The most that is taken, in the words of every page and refusal; like the setting in steps of 1024."""
    return f"{settings.IMPORT_MAX_BYTES / 1024 / 1024:.1f}".removesuffix(".0") + " MB"


def limit_sentence() -> str:
    return f"The file is larger than {limit()}, the most that is taken."


class _Measured(File):
    """Passes chunks on to the storage, counting and hashing; stops at the limit."""

    def __init__(self, chunks: Iterable[bytes], name: str) -> None:
        super().__init__(None, name)  # type: ignore[arg-type]
        self._chunks = chunks
        self.count, self.hash = 0, hashlib.sha256()

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        for chunk in self._chunks:
            self.count += len(chunk)
            if self.count > settings.IMPORT_MAX_BYTES:
                raise FileTooLarge(f"{limit_sentence()} Send it in parts, or zip it.")
            self.hash.update(chunk)
            yield chunk


def keep(batch: ImportBatch, chunks: Iterable[bytes]) -> Kept:
    """Store the file in the batch's folder; on any failure nothing stays."""
    try:
        main = _Measured(chunks, safe_name(batch.filename))
        batch.file.save(safe_name(batch.filename), main, save=False)
        _refuse_wrong_kind(Path(batch.file.path), batch.filename)
    except BaseException:
        remove(batch)
        raise
    return Kept(sha256=main.hash.hexdigest(), size=main.count)


def safe_name(name: str) -> str:
    """A name that any file system takes, with its ending; at most 120 characters."""
    plain = get_valid_filename(re.sub(r"[\x00-\x1f]", "", Path(name.replace("\\", "/")).name) or "file")
    stem, dot, ending = plain.rpartition(".")
    return f"{stem[:110]}{dot}{ending[:8]}" if dot and stem else plain[:120]


def chunks_of(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            yield chunk


def sha256_of(path: Path) -> str:
    """Checksum of a local file; raises FileTooLarge like `keep`."""
    digest, count = hashlib.sha256(), 0
    for chunk in chunks_of(path):
        digest.update(chunk)
        count += len(chunk)
        if count > settings.IMPORT_MAX_BYTES:
            raise FileTooLarge(f"{limit_sentence()} Send it in parts, or zip it.")
    return digest.hexdigest()


def remove(batch: ImportBatch) -> None:
    folder = Path(settings.MEDIA_ROOT) / "imports" / str(batch.public_id)
    shutil.rmtree(folder, ignore_errors=True)


def _refuse_wrong_kind(path: Path, name: str) -> None:
    """The ending of the name and the first bytes must tell the same; pages, programs and old formats are refused."""
    kind = kind_of(path)
    ending = Path(name).suffix.lower()
    if ending in _ENDINGS[kind]:
        return
    if any(ending in endings for endings in _ENDINGS.values()):
        raise FileRefused(
            "wrong_extension", f"The name ends in {ending} but the content is {_MEANS[kind]}. Give it the right ending."
        )
    raise FileRefused("unsupported_file", "Send the data as CSV, as XLSX, or as CSV files in a zip.", seen=ending)
