"""What a token may be used for. Scopes only narrow: a token never does more than its owner may."""

from __future__ import annotations

from typing import Any

from django.db import models

from adme.accounts.permissions import Permission, may


class Scope(models.TextChoices):
    READ = "read", "Read everything that you can read"
    REPORTS = "reports", "Write and hand in reports (Tools 1 and 2, certificates of nothing to report)"
    RECORDS = "records", "Submit records (Database C)"
    IMPORTS = "imports", "Import files (Database B)"
    WATCHES = "watches", "Change what you watch"


READ_ONLY = (Scope.READ,)
# Which permissions of the owner give a scope anything to do; any one of them is enough.
_OF_USE = {
    Scope.READ: (Permission.API_READ,),
    Scope.REPORTS: (Permission.REPORT_FILE, Permission.REPORT_REVIEW),
    Scope.RECORDS: (Permission.REPORT_FILE, Permission.REPORT_REVIEW),
    Scope.IMPORTS: (Permission.IMPORT_RUN, Permission.IMPORT_APPROVE),
    Scope.WATCHES: (Permission.DASHBOARD_VIEW,),
}


def read_only() -> list[str]:
    return [str(one.value) for one in READ_ONLY]


def offered_to(user: Any) -> list[Scope]:
    """Scopes that mean something for this user's roles, in order."""
    return [scope for scope in Scope if any(may(user, one) for one in _OF_USE[scope])]
