"""The page of a Characteristic: its KRAs, and under each its leaves in one line."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from databases_a.rfmd import selectors

from .. import text
from ..caching import Built
from .common import KeyFigure, built, downloads, home_crumb, is_demonstration
from .rows import leaf_row


def build_characteristic(code: str, version: int) -> Built | None:
    page = selectors.characteristic_page(code, version=version)
    if page is None:
        return None
    sections = [
        {
            "kra": kra,
            "url": reverse("kra", args=[kra.code]),
            "rows": [leaf_row(standing, page.states, page.made_up) for standing in page.of_kra(kra.code)],
        }
        for kra in page.kras
    ]
    context: dict[str, Any] = {
        "page": page,
        "sections": sections,
        "figures": _figures(page),
        "downloads": downloads("characteristic_download", code),
        "previous": _neighbour(page.previous),
        "next": _neighbour(page.next),
    }
    crumbs = [home_crumb(), (f"{code} {page.item.title}", "")]
    demo = bool(page.made_up) or any(is_demonstration(standing) for standing in page.standings)
    title = f"{code} {page.item.title}"
    return built("dashboards/characteristic.html", context, title=title, crumbs=crumbs, demo=demo)


def _neighbour(item: selectors.Item | None) -> dict[str, str] | None:
    if item is None:
        return None
    return {"code": item.code, "title": item.title, "url": reverse("characteristic", args=[item.code])}


def _figures(page: selectors.CharacteristicPage) -> list[KeyFigure]:
    current = [standing for standing in page.standings if standing.is_current]
    rated = [standing for standing in page.standings if standing.progress.rating != "no_rating"]
    regional = [standing for standing in page.standings if standing.regional_latest]
    return [
        KeyFigure("Leaves with a current value", str(len(current)), unit=f"of {len(page.standings)}"),
        KeyFigure("With a value for ASEAN", str(len(regional)), note="enough reports for a regional figure"),
        KeyFigure("With a rating", str(len(rated)), note="a rating needs a baseline and a target"),
        KeyFigure("Key Result Areas", str(len(page.kras)), note=text.plural(len(page.standings), "leaf", "leaves")),
    ]
