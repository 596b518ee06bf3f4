"""The access policy as a document, written from the code, so that what is read is what holds."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from .models import Role
from .permissions import PERMISSION_TITLES, ROLE_PERMISSIONS

_HEAD = """# Who may do what

Written by `manage.py document_permissions` from `adme/accounts/permissions.py`; do not edit by hand.

A user has any number of assignments; each is a role, for M&E officers with a sectoral body, for national focal points
with a Member State and perhaps a sectoral body. A user may do what any of the roles may. Nobody changes their own
assignments, and the last active administrator can be neither closed nor demoted.
"""


def document_path() -> Path:
    return settings.BASE_DIR / "docs" / "permissions.md"


def policy_document() -> str:
    heads = ["permission", "what it lets you do", *(str(role.label) for role in Role)]
    lines = [_line(heads), _line(["---", "---", *(":-:" for _ in Role)])]
    for permission, title in PERMISSION_TITLES.items():
        marks = ["yes" if permission in ROLE_PERMISSIONS[role] else "" for role in Role]
        lines.append(_line([f"`{permission}`", title, *marks]))
    return _HEAD + "\n" + "\n".join(lines) + "\n"


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
