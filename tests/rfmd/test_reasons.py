"""A leaf without a value says why, by who has the data; it is never zero."""

from __future__ import annotations

import pytest

from databases_a.rfmd.models import KpiLeaf, KpiValue
from databases_a.rfmd.reasons import reason_without_value

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]


@pytest.mark.parametrize(
    ("code", "begins", "named"),
    [
        ("3", "A1: ", "Tool 1"),
        ("16", "A2: ", "National focal points"),
        ("22", "A3: ", "survey"),
        ("30", "C: ", "Database C"),
        ("5b", "B: ", "no series has been imported yet"),
        ("26a", "B: ", "the series has ended"),
        ("31c", "B: ", "WB_WDI:SL.UEM.NEET.ZS"),
        ("28", "B: ", "WB_WDI:GB.XPD.RSDV.GD.ZS or WB_ESG:GB.XPD.RSDV.GD.ZS"),
    ],
)
def test_each_source_has_its_reason(code: str, begins: str, named: str) -> None:
    reason = reason_without_value(KpiLeaf.objects.get(code=code))
    assert reason.startswith(begins)
    assert named in reason


def test_all_46_leaves_have_a_reason_and_no_value_before_anything_is_imported() -> None:
    assert all(reason_without_value(leaf) for leaf in KpiLeaf.objects.all())
    assert not KpiValue.objects.exists()
