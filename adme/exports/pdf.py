"""Sets documents as PDF: a typst template of the project, data as JSON, charts as SVG. Nothing else goes in.

Texts of users are data and never markup. The file is tagged (PDF/UA-1), its fonts are those of the project, its dates
are those given, so the same data is the same bytes. The work happens in `pdf_child.py`, under limits.
"""

from __future__ import annotations

import base64
import json
import math
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from . import fonts

SECONDS = 60
LARGEST = 64 << 20  # bytes of data and drawings together
LONG_WORD, PART = 30, 15
_WORD = re.compile(rf"[^\s\u200b]{{{LONG_WORD + 1},}}")
_KEPT = re.compile(r"https?://|[0-9a-f]{64}$")  # addresses and hashes are copied, so nothing is put into them
_CHILD = Path(__file__).with_name("pdf_child.py")
REFUSED = 3


class Whole(str):
    """A text that programs read again, such as a stamp: nothing is put into its words."""


class DocumentError(Exception):
    """The document could not be set: too large, too slow, or refused by the engine (a fault of the template)."""


def compile_pdf(
    template: Path, data: Mapping[str, Any], *, made_at: datetime, drawings: Mapping[str, str] | None = None
) -> bytes:
    """The document as PDF/UA-1. `drawings` are SVG texts by file name; `made_at` is the only date in the file."""
    return _set(template, data, made_at, drawings or {}, "pdf", 0)


def compile_pages(
    template: Path,
    data: Mapping[str, Any],
    *,
    made_at: datetime,
    drawings: Mapping[str, str] | None = None,
    ppi: int = 90,
) -> list[bytes]:
    """The same document as one PNG a page."""
    answer = _set(template, data, made_at, drawings or {}, "png", ppi)
    return [base64.b64decode(page) for page in json.loads(answer)]


def _set(
    template: Path, data: Mapping[str, Any], made_at: datetime, drawings: Mapping[str, str], form: str, ppi: int
) -> bytes:
    files = {**_sources(template.parent), "data.json": json.dumps(clean(data), ensure_ascii=False), **drawings}
    files["main.typ"] = files[template.name]
    order = json.dumps(
        {
            "files": files,
            "fonts": str(fonts.FOLDER),
            "format": form,
            "ppi": ppi or None,
            "timestamp": int(made_at.timestamp()),
        }
    ).encode()
    if len(order) > LARGEST:
        raise DocumentError(f"The document holds {len(order):,} bytes of data; {LARGEST:,} is the most.")
    return _run(order)


def _run(order: bytes) -> bytes:
    """One child for one document. Its environment is empty but for a way out that leads nowhere."""
    nowhere = "http://127.0.0.1:9"
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and script
            [sys.executable, "-I", str(_CHILD)],
            input=order,
            capture_output=True,
            timeout=SECONDS,
            check=False,
            cwd=fonts.FOLDER,
            env={"HTTP_PROXY": nowhere, "HTTPS_PROXY": nowhere, "ALL_PROXY": nowhere},
        )
    except subprocess.TimeoutExpired as error:
        raise DocumentError(f"The document was not set within {SECONDS} seconds.") from error
    if done.returncode == 0:
        return done.stdout
    if done.returncode == REFUSED:
        told = json.loads(done.stderr)
        raise DocumentError(" ".join([told["message"], *told["hints"]]))
    raise DocumentError(
        f"Setting the document ended with {done.returncode}: its limits of memory or processor time were reached."
    )


@cache
def _sources(folder: Path) -> dict[str, str]:
    """All templates of a folder: a document is one of them, the others are parts it takes."""
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.typ"))}


def clean(value: Any) -> Any:
    """Data as JSON can carry it and the fonts can set it; dataclasses become objects, NaN and infinity nothing."""
    if isinstance(value, Whole):
        return fonts.printable(value)
    if isinstance(value, str):
        return _breakable(fonts.printable(value))
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, Mapping):
        return {str(key): clean(one) for key, one in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: clean(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, list | tuple):
        return [clean(one) for one in value]
    return _breakable(fonts.printable(value))


def _breakable(text: str) -> str:
    """Very long words get places where a line may end: none runs out of its cell."""
    return _WORD.sub(_parted, text) if len(text) > LONG_WORD else text


def _parted(found: re.Match[str]) -> str:
    word = found.group()
    if _KEPT.match(word) and len(word) <= 300:
        return word
    if any(fonts.family_of(letter) not in ("", fonts.names()[0]) for letter in word[:40]) and len(word) <= 200:
        return word  # scripts without blanks between words have their own rules of line breaks
    return "\u200b".join(word[start : start + PART] for start in range(0, len(word), PART))
