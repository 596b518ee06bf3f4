"""Every product of the content in one zip, with a README and checksums. One file at a time stands in memory."""

from __future__ import annotations

import hashlib
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import UTC

from dissemination.editions.content import Content

from .. import builders, naming
from ..about import SIGNS, heading
from ..kinds import PRODUCTS

README, SUMS = "README.txt", "SHA256SUMS"
_CHUNK = 1 << 20


def build(content: Content, file_stamp: str, *, body: str = "", state: str = "") -> Iterator[bytes]:
    """`SHA256SUMS` is read by `sha256sum --check`. Times inside are those of the content, so that the same content
    gives the same zip."""
    with tempfile.TemporaryFile() as held:
        with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
            sums, told = [], []
            for name, title, made in _files(content, file_stamp):
                digest, size = _add(archive, content, name, made)
                sums.append(f"{digest}  {name}")
                told.append(f"{name}\n    {title}, {size:,} bytes")
            _add(archive, content, README, _readme(content, file_stamp, told).encode())
            _add(archive, content, SUMS, ("\n".join(sums) + "\n").encode())
        held.seek(0)
        while piece := held.read(_CHUNK):
            yield piece


def _files(content: Content, file_stamp: str) -> Iterator[tuple[str, str, object]]:
    """(name, title, bytes or pieces), in the order of PRODUCTS; profiles and reports for every state and body."""
    for product in PRODUCTS.values():
        for form in product.formats:
            if product.key == "all":
                continue
            for narrowed in _narrowings(content, product.needs):
                code = next(iter(narrowed.values()), "")
                name = naming.file_name(content.stamp, product.key, form, code)
                made = builders.builder(product.key, form)(content, file_stamp, **narrowed)
                yield f"{product.key}/{name}", f"{product.title} {code}".strip(), made


def _narrowings(content: Content, needs: str) -> list[dict[str, str]]:
    if needs == "state":
        return [{"state": state.code} for state in content.states]
    if needs == "body":
        return [{"body": body.code} for body in content.bodies]
    return [{}]


def _add(archive: zipfile.ZipFile, content: Content, name: str, made: object) -> tuple[str, int]:
    info = zipfile.ZipInfo(name, content.stamp.taken_at.astimezone(UTC).timetuple()[:6])
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    digest, size = hashlib.sha256(), 0
    with archive.open(info, "w", force_zip64=True) as entry:
        for piece in builders.chunks(made):  # type: ignore[arg-type]
            digest.update(piece)
            size += len(piece)
            entry.write(piece)
    return digest.hexdigest(), size


def _readme(content: Content, file_stamp: str, told: list[str]) -> str:
    about = "\n".join(f"{name}: {value}" for name, value in heading(content, file_stamp))
    signs = "\n".join(f"  {sign}  {meaning}" for sign, meaning in SIGNS)
    files = "\n".join(told)
    return (
        f"{content.stamp.title}\n\n{about}\n\nFiles\n\n{files}\n\n"
        f"{SUMS}\n    checks them all: sha256sum --check {SUMS}\n\n"
        f"Signs\n\n{signs}\n\nIs it still true? Give any of these files to the page 'Is it still true?' of ADME.\n"
    )
