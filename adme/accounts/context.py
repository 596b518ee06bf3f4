"""What every template may use about the user: `navigation`, `nav_user`, `may` and `demo_mode`. At most one query."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject

from .permissions import Permission, assignments_of, permissions_of


@dataclass(frozen=True)
class _Entry:
    """One line of the navigation: absent when the address does not exist or the user may not open it."""

    title: str
    url_name: str
    icon: str
    permission: Permission
    characteristic: str = ""
    also: Permission | None = None  # either permission opens the page

    @property
    def url(self) -> str:
        return reverse(self.url_name, args=[self.characteristic] if self.characteristic else [])


def _characteristic(letter: str, title: str) -> _Entry:
    return _Entry(title, "characteristic", "", Permission.DASHBOARD_VIEW, letter)


# The Characteristics are named here, as the Blueprint 2025 words them, so that no page asks the database for its menu.
_NAVIGATION: tuple[tuple[str, tuple[_Entry, ...]], ...] = (
    (
        "Reporting",
        (
            _Entry("My work", "my_work", "checklist", Permission.REPORT_FILE),
            _Entry("Review", "review_queue", "clipboard-check", Permission.REPORT_REVIEW),
            _Entry("Completeness", "completeness_board", "layout-grid", Permission.REPORT_VIEW_ALL),
            _Entry("Calendar", "calendar", "calendar", Permission.REPORT_READ),
        ),
    ),
    (
        "Dashboards",
        (
            _Entry("Overview", "home", "layout-dashboard", Permission.DASHBOARD_VIEW),
            _characteristic("A", "Engages and Benefits the People"),
            _characteristic("B", "Inclusive"),
            _characteristic("C", "Sustainable"),
            _characteristic("D", "Resilient"),
            _characteristic("E", "Dynamic"),
        ),
    ),
    (
        "Database A",
        (
            _Entry("Tool 1: work plans", "tool1_dashboard", "chart-bar", Permission.DASHBOARD_VIEW),
            _Entry("Tool 2: declarations", "tool2_dashboard", "chart-dots", Permission.DASHBOARD_VIEW),
            _Entry("Activities", "activity_search", "search", Permission.REPORT_READ),
            _Entry("Work plans", "work_plan_list", "folder", Permission.REPORT_FILE, also=Permission.REPORT_VIEW_ALL),
            _Entry("Declarations", "declaration_list", "certificate", Permission.REPORT_READ),
            _Entry("KPI recipes", "recipe_list", "math-function", Permission.RECIPE_MANAGE),
            _Entry("State of data", "gaps", "progress", Permission.DASHBOARD_VIEW),
            _Entry("Survey results", "survey_list", "report-analytics", Permission.SURVEY_ENTER),
            _Entry("Baselines and targets", "target_list", "target", Permission.TARGET_SET),
        ),
    ),
    (
        "Database B",
        (
            _Entry("Indicators", "indicator_list", "chart-line", Permission.INDICATOR_VIEW),
            _Entry("Imports", "import_list", "database-import", Permission.IMPORT_VIEW),
        ),
    ),
    (
        "Database C",
        (
            _Entry("Record sets", "record_sets", "folder", Permission.REPORT_READ),
            _Entry("Statistics", "statistic_list", "chart-line", Permission.DASHBOARD_VIEW),
            _Entry("Sources compared", "concepts", "git-compare", Permission.DASHBOARD_VIEW),
            _Entry("Records dashboard", "records_dashboard", "layout-grid", Permission.DASHBOARD_VIEW),
        ),
    ),
    (
        "Publications",
        (
            _Entry("Editions", "edition_list", "book-2", Permission.DASHBOARD_VIEW),
            _Entry("Files", "product_files", "download", Permission.EXPORT),
            _Entry("Is it still true?", "edition_check", "circle-check", Permission.DASHBOARD_VIEW),
            _Entry("Watched", "watch_list", "bell", Permission.DASHBOARD_VIEW),
        ),
    ),
    (
        "Admin",
        (
            _Entry("Jobs", "job_list", "list-check", Permission.JOB_VIEW),
            _Entry("Users", "user_list", "users", Permission.USER_MANAGE),
            _Entry("Webhooks", "webhook_list", "send", Permission.WEBHOOK_MANAGE),
            _Entry("Audit trail", "audit_log", "history", Permission.AUDIT_VIEW),
            _Entry("Reference data", "admin:index", "book-2", Permission.REFERENCE_MANAGE),
        ),
    ),
)
_ACCOUNT_LINKS = (
    ("My account", "my_account"),
    ("Change your password", "account_change_password"),
    ("Second factor", "mfa_index"),
    ("API tokens", "token_list"),
)


class _Roles(tuple[str, ...]):
    """Roles one by one; as text in a template a sentence part, not Python's brackets."""

    def __str__(self) -> str:
        return "; ".join(self)


class _May:
    """`{% if may.IMPORT_RUN %}` in a template: by the name of the permission in the code."""

    def __init__(self, user: Any) -> None:
        self._user = user

    def __getitem__(self, name: str) -> bool:
        return Permission[name] in permissions_of(self._user)


def navigation(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    if user is None:  # error pages made before the session was read
        return {"demo_mode": settings.ADME_DEMO}
    return {
        "navigation": SimpleLazyObject(lambda: _groups(user, _place(request))),
        "nav_user": SimpleLazyObject(lambda: _described(user)),
        "may": _May(user),
        "demo_mode": settings.ADME_DEMO,
    }


def _place(request: HttpRequest) -> str:
    """Address by which the menu knows where the page belongs: KRA and KPI pages stand under their Characteristic."""
    letter = getattr(request, "characteristic", "")
    return reverse("characteristic", args=[letter]) if letter else request.path


def _groups(user: Any, path: str) -> list[dict[str, Any]]:
    held = permissions_of(user)
    found = []
    for title, entries in _NAVIGATION:
        items = [_item(entry) for entry in entries if held & {entry.permission, entry.also}]
        if items := [item for item in items if item]:
            found.append({"title": title, "items": items})
    _mark_active(found, path)
    return found


def _item(entry: _Entry) -> dict[str, Any] | None:
    try:
        return {
            "title": entry.title,
            "url": entry.url,
            "icon": entry.icon,
            "characteristic": entry.characteristic,
            "active": False,
        }
    except NoReverseMatch:
        return None


def _mark_active(groups: list[dict[str, Any]], path: str) -> None:
    """The entry whose address is the longest beginning of this page's: /dashboards/kpis/ wins over /dashboards/."""
    items = [item for group in groups for item in group["items"] if path.startswith(item["url"])]
    if items:
        max(items, key=lambda item: len(item["url"]))["active"] = True


def _described(user: Any) -> dict[str, Any]:
    if not user.is_authenticated:
        return {}
    return {
        "name": str(user),
        "email": user.email,
        "roles": _Roles(str(one) for one in assignments_of(user)),
        "links": [link for link in (_link(*each) for each in _ACCOUNT_LINKS) if link],
    }


def _link(title: str, url_name: str) -> dict[str, str] | None:
    try:
        return {"title": title, "url": reverse(url_name)}
    except NoReverseMatch:
        return None
