"""Dated membership, kept areas, and finding the area a text means."""

from __future__ import annotations

import csv
from datetime import date

import pytest
import time_machine
from django.conf import settings
from django.utils import timezone

from adme.observations.status import ObsStatus
from adme.reference import selectors
from adme.reference.models import Area, AreaAlias, AreaMembership
from adme.reference.selectors import AreaResolver

pytestmark = pytest.mark.django_db


def test_asean_has_ten_members_until_timor_leste_joins(reference_data):
    before, after = selectors.members_on(date(2025, 10, 25)), selectors.members_on(date(2025, 10, 26))
    assert (len(before), len(after)) == (10, 11)
    assert set(after) - set(before) == {"TLS"}


def test_asean_began_with_five_members(reference_data):
    assert selectors.members_on(date(1967, 8, 7)) == ()
    assert selectors.members_on(date(1967, 8, 8)) == ("IDN", "MYS", "PHL", "SGP", "THA")


def test_a_member_that_leaves_is_no_member_from_that_day(reference_data):
    AreaMembership.objects.filter(group__code="COMPARATORS", area__code="SAS").update(left_on=date(2020, 1, 1))
    assert "SAS" in selectors.members_on(date(2019, 12, 31), "COMPARATORS")
    assert "SAS" not in selectors.members_on(date(2020, 1, 1), "COMPARATORS")


def test_member_states_stand_in_the_order_asean_lists_them(reference_data):
    with time_machine.travel("2026-11-21"):
        names = [area.name for area in selectors.member_states()]
    assert names == [
        "Brunei Darussalam",
        "Cambodia",
        "Indonesia",
        "Lao PDR",
        "Malaysia",
        "Myanmar",
        "Philippines",
        "Singapore",
        "Thailand",
        "Timor-Leste",
        "Viet Nam",
    ]


def test_memberships_are_read_in_one_query(reference_data, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert sum(one.holds_on(date(2025, 10, 26)) and bool(one.area.name) for one in selectors.membership()) == 11


def test_a_retired_membership_does_not_count(reference_data):
    AreaMembership.objects.filter(group__code="ASEAN", area__code="BRN").update(retired_at=timezone.now())
    assert len(selectors.members_on(date(2025, 10, 26))) == 10


def test_an_import_keeps_members_and_comparators_and_no_other_area(reference_data):
    kept = selectors.kept_areas(["ASEAN", "COMPARATORS"])
    assert kept == {
        *["BRN", "KHM", "IDN", "LAO", "MYS", "MMR", "PHL", "SGP", "THA", "TLS", "VNM"],
        *["ASEAN", "WLD", "EAS", "SAS", "LMC", "UMC", "HIC", "LMY"],
    }
    assert selectors.kept_areas([]) == frozenset()


def test_world_bank_aggregates_are_aggregates(reference_data):
    codes = selectors.kept_areas(["WORLD_BANK_AGGREGATES"])
    assert len(codes) == 49
    assert set(Area.objects.filter(code__in=codes).values_list("kind", flat=True)) == {"aggregate"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("VNM", "VNM"),
        ("vnm", "VNM"),
        ("VN", "VNM"),
        ("704", "VNM"),
        ("Viet Nam", "VNM"),
        ("Vietnam", "VNM"),
        ("VIET NAM", "VNM"),
        ("  Viet\u00a0Nam\u200b ", "VNM"),
        ("Việt Nam", "VNM"),
        ("Lao PDR", "LAO"),
        ("Lao People's Democratic Republic", "LAO"),
        ("Lao People\u2019s Democratic Republic", "LAO"),
        ("Laos", "LAO"),
        ("Brunei", "BRN"),
        ("Brunei Darussalam", "BRN"),
        ("Timor Leste", "TLS"),
        ("East Timor", "TLS"),
        ("Burma", "MMR"),
        ("Malaysia ", "MYS"),
        ("Turkey", "TUR"),
        ("Turkiye", "TUR"),
        ("Türkiye", "TUR"),
        ("Côte d'Ivoire", "CIV"),
        ("Cote d'Ivoire", "CIV"),
        ("Hong Kong SAR, China", "HKG"),
        ("Hong Kong SAR China", "HKG"),
        ("Congo, Dem. Rep.", "COD"),
        ("Congo, Rep.", "COG"),
        ("Korea, Rep.", "KOR"),
        ("ASEAN", "ASEAN"),
        ("World", "WLD"),
        ("East Asia & Pacific", "EAS"),
        ("East Asia and Pacific", "EAS"),
        ("Ｍａｌａｙｓｉａ", "MYS"),
    ],
)
def test_a_text_finds_its_area(reference_data, text, code):
    assert AreaResolver().resolve(text) == code


@pytest.mark.parametrize("text", ["", None, "   ", "Atlantis", "XXX", "999", "4", "Viet", "...", "South-East Asia"])
def test_a_text_that_means_no_area_finds_none(reference_data, text):
    assert AreaResolver().resolve(text) is None
    assert selectors.resolve_area(text) is None


def test_one_resolver_answers_any_number_of_rows_with_two_queries(reference_data, django_assert_num_queries):
    with django_assert_num_queries(2):
        resolver = AreaResolver()
        assert [resolver.resolve("Vietnam") for _ in range(50)] == ["VNM"] * 50


def test_a_retired_area_or_spelling_is_not_found(reference_data):
    Area.objects.filter(code="TUV").update(retired_at=timezone.now())
    AreaAlias.objects.filter(alias="burma").update(retired_at=timezone.now())
    resolver = AreaResolver()
    assert [resolver.resolve(text) for text in ("TUV", "Tuvalu", "Burma")] == [None, None, None]


def test_a_spelling_never_beats_a_code(reference_data):
    AreaAlias.objects.create(area=Area.objects.get(code="MYS"), alias="idn")
    assert AreaResolver().resolve("IDN") == "IDN"


def test_every_area_of_the_file_is_found_by_each_of_its_codes_and_its_name(reference_data):
    resolver = AreaResolver()
    for area in Area.objects.all():
        found = {resolver.resolve(text) for text in (area.code, area.iso2, area.m49, area.name) if text}
        assert found == {area.code}


def test_the_two_files_that_name_a_member_state_agree(reference_data):
    folder = settings.BASE_DIR / "fixtures" / "reference"
    with (folder / "areas.csv").open(encoding="utf-8") as areas, (folder / "member_states.csv").open() as states:
        names = {row["code"]: (row["name"], row["iso2"]) for row in csv.DictReader(areas)}
        for row in csv.DictReader(states):
            assert names[row["iso3"]] == (row["name"], row["iso2"])


def test_the_status_letters_of_the_code_list_are_those_of_the_program(reference_data):
    assert selectors.codes_of("CL_OBS_STATUS") == dict(ObsStatus.choices)


def test_every_unit_of_the_kpi_list_is_in_the_unit_list(reference_data):
    with (settings.BASE_DIR / "fixtures" / "reference" / "kpis.csv").open(encoding="utf-8") as stream:
        units = {row["unit"] for row in csv.DictReader(stream)}
    assert units <= set(selectors.codes_of("CL_UNIT").values())
