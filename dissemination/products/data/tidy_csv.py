"""One row per figure, with codes and their names, coverage, rating marks and replies. Read with comment='#'."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO

from adme.common.csv_safety import csv_cell, plain_text
from dissemination.editions.content import Content, Figure

from ..about import heading

COLUMNS = (
    "INDICATOR", "INDICATOR_LABEL", "WORDING", "CHARACTERISTIC", "KRA", "REF_AREA", "REF_AREA_LABEL", "TIME_PERIOD",
    "OBS_VALUE", "UNIT_MEASURE", "OBS_STATUS", "COMMENT", "COVERAGE_OF", "REPORTING", "EXPECTED", "CARRIED",
    "POPULATION_SHARE", "RECIPE_VERSION", "IS_PROXY", "IS_DEMONSTRATION", "REPLY", "INPUTS_HASH",
)  # fmt: skip
ROWS_PER_CHUNK = 2000


def build(content: Content, file_stamp: str, *, body: str = "", state: str = "") -> Iterator[bytes]:
    """UTF-8 with byte order mark, `#` lines on top that say what it is."""
    head = StringIO()
    for name, value in heading(content, file_stamp):
        head.write(f"# {name}: {' '.join(plain_text(value).split())}\r\n")
    yield b"\xef\xbb\xbf" + head.getvalue().encode()
    buffer = StringIO()
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    for number, figure in enumerate(content.figures, start=1):
        writer.writerow([csv_cell(cell) for cell in row(content, figure)])
        if number % ROWS_PER_CHUNK == 0:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def row(content: Content, figure: Figure) -> tuple[object, ...]:
    """The figure in the order of COLUMNS; None where there is nothing to say."""
    leaf, reply = content.by_leaf[figure.leaf], content.reply(figure)
    has_coverage = bool(figure.states_expected)
    return (
        leaf.code, leaf.title, leaf.wording, leaf.characteristic, leaf.kra, figure.area,
        content.area_names.get(figure.area, figure.area), figure.period_text, figure.value, leaf.unit,
        figure.obs_status, figure.withheld or None, figure.coverage_of if has_coverage else None,
        figure.states_reporting, figure.states_expected, figure.states_carried, figure.population_share,
        figure.recipe_version, "yes" if leaf.is_proxy else "no", "yes" if leaf.is_demonstration else "no",
        reply.kind if reply else None, figure.inputs_hash,
    )  # fmt: skip
