"""The list 'kpi' for reports: codes of the leaves with their titles, so that activities and actions can name them."""

from __future__ import annotations

from adme.reporting.vocabularies import Vocabulary

from .models import KpiLeaf


def kpi_vocabulary(framework: str) -> Vocabulary:
    """Leaves of the framework's KPIs: '3' as '3 Increased number of …'."""
    found = KpiLeaf.objects.filter(kpi__framework__code=framework).order_by("position", "code")
    rows = list(found.values_list("code", "title", "retired_at"))
    return Vocabulary(
        "kpi",
        {code: f"{code} {title}" for code, title, retired_at in rows if not retired_at},
        {code: f"{code} {title}" for code, title, retired_at in rows if retired_at},
    )
