"""Names of files: stable and tellable, such as adme_edition-3_brief.pdf or adme_v128_state-profile_IDN.docx."""

from __future__ import annotations

import re

from dissemination.editions.content import Stamp

from .builders import EXTENSIONS
from .kinds import PRODUCTS


def file_name(stamp: Stamp, product: str, form: str, narrowed: str = "") -> str:
    """`narrowed` is the code of the body or state, or ''."""
    if stamp.edition:
        what = f"edition-{stamp.edition}"
    else:
        what = f"draft_v{stamp.data_version}" if stamp.is_draft else f"v{stamp.data_version}"
    parts = ["adme", what, product, *([narrowed] if narrowed else [])]
    safe = re.sub(r"[^A-Za-z0-9._-]+", "-", "_".join(parts)).strip("-")
    return f"{safe}.{EXTENSIONS.get(form, form)}"


def title_of(product: str, form: str, of_what: str, narrowed: str = "") -> str:
    """'SOCA brief of Edition 3 (PDF)'"""
    whom = f" of {narrowed}" if narrowed else ""
    return f"{PRODUCTS[product].title}{whom}, {of_what} ({form.upper()})"
