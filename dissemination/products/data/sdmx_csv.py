"""SDMX-CSV 2.0 of the dataflow DF_KPI, as statistical systems read it.

The format has no place for comment lines, so the attribute EDITION tells the edition and the hash of its content; ADME
recognises the file by its own bytes.
"""

from __future__ import annotations

from collections.abc import Iterator

from dissemination.editions.content import Content, Figure
from dissemination.sdmx.files import Frozen, KpiRow, kpi_csv


def build(content: Content, file_stamp: str, *, body: str = "", state: str = "") -> Iterator[bytes]:
    """One row per figure; a withheld one has no OBS_VALUE and its reason in COMMENT_OBS."""
    stamp = content.stamp
    frozen = Frozen(
        data_version=stamp.data_version,
        edition=f"{stamp.edition_name}, SHA-256 {stamp.hash}" if stamp.edition else "",
        prepared=stamp.taken_at,
        leaves={leaf.code: leaf.title for leaf in content.leaves},
        areas=content.area_names,
    )
    return kpi_csv([_row(content, figure) for figure in content.figures], frozen)


def _row(content: Content, figure: Figure) -> KpiRow:
    leaf = content.by_leaf[figure.leaf]
    return KpiRow(
        leaf=figure.leaf,
        area=figure.area,
        period=figure.period,
        value=figure.value,
        unit=leaf.unit,
        obs_status=figure.obs_status,
        decimals=leaf.decimals,
        coverage_of=figure.coverage_of if figure.states_expected else "",
        states_reporting=figure.states_reporting,
        states_expected=figure.states_expected,
        states_carried=figure.states_carried,
        population_share=figure.population_share,
        recipe_version=figure.recipe_version,
        comment=figure.withheld,
        is_demonstration=leaf.is_demonstration,
    )
