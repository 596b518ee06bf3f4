"""The answer of a leaf page: key figures, the rating in words, and the cautions that belong beside them."""

from __future__ import annotations

from collections.abc import Sequence

from databases_a.rfmd.entry_selectors import SurveyFinding
from databases_a.rfmd.selectors import LeafPage, Standing

from .. import statistics, text
from . import surveys
from .common import KeyFigure, passport_url, rating_reason


def key_figures(page: LeafPage, results: Sequence[SurveyFinding] = ()) -> list[KeyFigure]:
    """Two to five: ASEAN now, change since the baseline, states as sought, median and range. All years count."""
    if not page.standing.has_value:
        return []
    found = [_regional(page.standing, results), _change(page.standing), _moved(page.standing), _spread(page.standing)]
    return [figure for figure in found if figure]


def _regional(standing: Standing, results: Sequence[SurveyFinding]) -> KeyFigure | None:
    leaf, latest = standing.leaf, standing.regional_latest
    if latest is None:
        if standing.withheld is None:
            return None
        return KeyFigure(
            "ASEAN",
            text.number(None, 0),
            period=str(standing.withheld.year),
            note=standing.withheld.withheld,
            href=passport_url(leaf.code, standing.withheld),
        )
    newer, sample = standing.withheld, surveys.about(results, latest)
    notes = [sample, f"{newer.year} is withheld: too few {text.reporters(newer.coverage_of)} reported" if newer else ""]
    return KeyFigure(
        "ASEAN",
        text.number(latest.value, leaf.decimals),
        unit=leaf.shown_unit,
        period=str(latest.year),
        coverage=text.coverage(latest),
        note=". ".join(note for note in notes if note),
        href=passport_url(leaf.code, latest),
    )


def _change(standing: Standing) -> KeyFigure | None:
    found, leaf = statistics.regional_change(standing), standing.leaf
    if found is None:
        return None
    reach = "" if found.same_reach else _reach(found)
    return KeyFigure(
        f"ASEAN since {found.base.year}",
        text.number(found.difference, leaf.decimals, sign=True),
        unit=text.change_unit(leaf.shown_unit),
        period=f"{found.base.year} to {found.latest.year}",
        change=text.moved(leaf, found.difference),
        note=reach,
    )


def _reach(found: statistics.RegionalChange) -> str:
    return (
        f"{found.base.states_reporting} {text.reporters(found.latest.coverage_of)} in {found.base.year}, "
        f"{found.latest.states_reporting} in "
        f"{found.latest.year}: part of the change may come from who reported"
    )


def _moved(standing: Standing) -> KeyFigure | None:
    year = standing.leaf.baseline_year
    found = statistics.moved_since(standing, year)
    if not found.of:
        return None
    return KeyFigure(
        "States that moved as sought",
        str(found.as_sought),
        unit=f"of {found.of}",
        period=f"since {year}",
        note=f"with a figure for {year} and a later one",
    )


def _spread(standing: Standing) -> KeyFigure | None:
    leaf, found = standing.leaf, statistics.spread(standing.states_latest)
    if found is None or found.count < 2 or text.is_yes_or_no(leaf):
        return None
    low, high = text.number(found.low, leaf.decimals), text.number(found.high, leaf.decimals)
    return KeyFigure(
        "Median of Member States",
        text.number(found.median, leaf.decimals),
        unit=leaf.shown_unit,
        period=f"newest figures, {text.span(found.first_year, found.last_year)}",
        note=f"{found.count} states, from {low} to {high}",
    )


def progress_sentence(standing: Standing) -> str:
    """Baseline, target and reason in one or two sentences; always the reason. The badge stands before it."""
    leaf, told = standing.leaf, []
    if standing.baseline:
        kind = "Computed baseline" if standing.baseline_is_computed else "Baseline"
        value = text.figure(standing.baseline.value, leaf.decimals, leaf.shown_unit)
        told.append(f"{kind} {standing.baseline.year}: {value}.")
    if standing.target:
        value = text.figure(standing.target.value, leaf.decimals, leaf.shown_unit)
        told.append(f"Target {standing.target.year}: {value}.")
    told.append(rating_reason(standing.progress))
    return " ".join(told)


def cautions(page: LeafPage) -> list[str]:
    """What a careful reader must know before quoting: proxy, recipe note, old figures, late members."""
    leaf, found = page.leaf, []
    if leaf.recipe and leaf.recipe.note:
        prefix = "Proxy: " if leaf.recipe.is_proxy else ""
        found.append(f"{prefix}{leaf.recipe.note}")
    elif leaf.is_proxy:
        found.append("Proxy: this series stands in for something that is not measured yet.")
    standing = page.standing
    if standing.has_value and not standing.is_current:
        found.append(f"The newest figure is of {standing.newest_year}; nothing newer has been imported.")
    return found
