"""The three-source ledger: side by side, gaps only where they say something, a named choice with a reason."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from adme.accounts.models import User
from adme.audit.models import AuditEvent
from adme.observations import registry
from adme.reference.loading import LoadError
from databases_c.concept_loading import load_concepts
from databases_c.models import Candidate, Concept, Statistic
from databases_c.pages import comparisons as pages
from databases_c.refusals import Refused
from databases_c.services import comparisons as services
from tests.rfmd.conftest import TEN, FakeSource

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]
As = Callable[..., Client]
Users = Callable[..., User]
FIXTURES = Path(settings.BASE_DIR) / "fixtures"


@pytest.fixture
def source(monkeypatch: pytest.MonkeyPatch) -> FakeSource:
    found = FakeSource()
    monkeypatch.setattr(registry, "_sources", {"T": found})
    return found


@pytest.fixture
def concept() -> Concept:
    made = Concept.objects.create(code="inspections", title="Inspections", definition="Inspections made.", leaf="21")
    for source, series, distance in (("C", "T:RECORDS", 0), ("B", "T:WORLD", 2), ("A", "T:OTHER", 3)):
        difference = "Other" if distance else ""
        Candidate.objects.create(concept=made, source=source, series=series, distance=distance, difference=difference)
    return made


def pick(concept: Concept, series: str) -> int:
    return concept.candidates.get(series=series).pk


def choose(concept: Concept, series: str, by: User, **given: object) -> None:
    asked = {"reason": "It counts all.", "seen": None, **given}
    services.choose(concept=concept, candidate=pick(concept, series), by=by, **asked)  # type: ignore[arg-type]
    concept.refresh_from_db()


class TestPage:
    def test_latest_values_stand_side_by_side_and_the_gap_is_of_the_same_year(
        self, concept: Concept, source: FakeSource, user_with: Users
    ) -> None:
        source.put("T:RECORDS", "VNM", {2023: 100.0, 2024: 200.0})
        source.put("T:WORLD", "VNM", {2022: 5.0, 2023: 80.0})
        source.put("T:OTHER", "VNM", {2024: 1.0})
        choose(concept, "T:RECORDS", user_with("analyst"))
        page = pages.concept_page(concept)
        series = [one.candidate.series for one in page.candidates]
        row = next(row for row in page.rows if row.name == "Viet Nam")
        values = dict(zip(series, row.values, strict=True))
        assert (values["T:RECORDS"].text, values["T:RECORDS"].period, values["T:RECORDS"].gap) == ("200", "2024", "")
        assert (values["T:WORLD"].text, values["T:WORLD"].period) == ("80", "2023")
        assert (values["T:WORLD"].gap, values["T:WORLD"].gap_period) == ("\u221220\u00a0%", "2023")
        assert values["T:OTHER"].gap == ""
        assert page.gaps_left_out == ["T:OTHER: no gap, for one of the two is a proxy."]
        assert next(row for row in page.rows if row.name == "Indonesia").values[0].text == ".."

    @pytest.mark.parametrize(
        ("value", "chosen", "told"),
        [(5.0, 5.0, "no gap"), (5.0, 0.0, "chosen is 0"), (0.0, 4.0, "\u2212100\u00a0%"), (4.1, 4.0, "+2.5\u00a0%")],
    )
    def test_a_gap_in_words(self, value: float, chosen: float, told: str) -> None:
        assert pages.gap(value, chosen) == told

    def test_other_units_have_no_gap(
        self, concept: Concept, source: FakeSource, user_with: Users, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from dataclasses import replace

        source.put("T:RECORDS", "VNM", {2024: 100.0})
        source.put("T:WORLD", "VNM", {2024: 80.0})
        told = source.describe

        def in_units(codes: set[str]) -> dict[str, object]:
            return {
                code: replace(info, unit="persons" if code == "T:WORLD" else "%") for code, info in told(codes).items()
            }

        monkeypatch.setattr(source, "describe", in_units)
        choose(concept, "T:RECORDS", user_with("analyst"))
        page = pages.concept_page(concept)
        assert "T:WORLD: no gap, for the units differ: 'persons' and '%'." in page.gaps_left_out
        assert all(value.gap == "" for row in page.rows for value in row.values)

    def test_a_total_of_states_stands_only_where_each_has_a_figure(
        self, concept: Concept, source: FakeSource, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from dataclasses import replace

        for area in TEN[:9]:
            source.put("T:RECORDS", area, {2024: 10.0})
        source.put("T:WORLD", "ASEAN", {2024: 100.0})
        told = source.describe
        monkeypatch.setattr(
            source, "describe", lambda codes: {code: replace(one, unit="persons") for code, one in told(codes).items()}
        )

        def regional() -> dict[str, tuple[str, str, str]]:
            page = pages.concept_page(concept)
            series = [one.candidate.series for one in page.candidates]
            cells = [(one.text, one.period, one.note) for one in page.rows[-1].values]
            return dict(zip(series, cells, strict=True))

        assert regional()["T:RECORDS"] == ("..", "", "no total: 9 of 10 states in 2024")
        assert regional()["T:WORLD"] == ("100", "2024", ""), "the provider's own figure"
        source.put("T:RECORDS", TEN[9], {2024: 10.0})
        assert regional()["T:RECORDS"] == ("100", "2024", "total of 10 of 10 states")
        source.put("T:RECORDS", TEN[0], {2024: 10.0, 2025: 10.0})
        assert regional()["T:RECORDS"] == ("100", "2024", "2025: no total, 1 of 11 states")

    def test_the_page_says_when_the_kpi_reads_another_series_than_the_chosen(
        self, client_as: As, user_with: Users
    ) -> None:
        concept = Concept.objects.get(code="exchange-participants")
        client = client_as("focal_point")
        address = reverse("concept", args=[concept.code])
        assert "Nobody has chosen yet; the recipe of KPI 21 reads ARBMD:EXCHANGE_PERSONS." in (
            client.get(address).content.decode()
        )
        choose(concept, "ARBMD:EXCHANGE_PERSONS", user_with("analyst"))
        assert "reads the chosen series" in client.get(address).content.decode()
        last = concept.reviews.get().pk
        other = "TOOL1:participants?activity_type=exchange&status=completed,ongoing"
        choose(concept, other, user_with("analyst"), seen=last)
        page = client.get(address).context["page"]
        assert page.differs
        assert page.leaf_says.endswith("which is not the chosen series.")

    def test_the_list_takes_a_constant_number_of_statements(self, user_with: Users) -> None:
        with CaptureQueriesContext(connection) as few:
            pages.concept_list()
        for number in range(5):
            made = Concept.objects.create(code=f"c{number}", title="C", definition="D")
            Candidate.objects.create(concept=made, source="C", series="T:X", distance=0)
            choose(made, "T:X", user_with("analyst"))
        with CaptureQueriesContext(connection) as many:
            rows = pages.concept_list()
        assert len(many) <= len(few) + 1
        assert {row.is_due for row in rows if row.concept.code.startswith("c") and row.concept.code[1:].isdigit()} == {
            False
        }


class TestChoice:
    def test_it_has_a_name_a_reason_and_a_year(self, concept: Concept, user_with: Users) -> None:
        ana = user_with("analyst")
        choose(concept, "T:RECORDS", ana)
        review = concept.reviews.get()
        assert (concept.chosen, review.by, review.reason) == (review.candidate, ana, "It counts all.")
        assert review.next_on == services.year_later(review.reviewed_on)
        assert pages.is_due(review, review.next_on)
        assert not pages.is_due(review, review.reviewed_on)
        assert AuditEvent.objects.get(action="concept.source_chosen").reason == "It counts all."

    def test_a_leap_day_falls_back(self) -> None:
        assert services.year_later(date(2028, 2, 29)) == date(2029, 2, 28)

    def test_it_is_refused_without_reason_to_others_and_after_another_choice(
        self, concept: Concept, user_with: Users
    ) -> None:
        ana = user_with("analyst")
        with pytest.raises(Refused, match="Say why"):
            choose(concept, "T:RECORDS", ana, reason=" ")
        with pytest.raises(PermissionDenied):
            choose(concept, "T:RECORDS", user_with("focal_point"))
        choose(concept, "T:RECORDS", ana)
        with pytest.raises(Refused, match="Somebody has chosen meanwhile"):
            choose(concept, "T:WORLD", ana)
        assert concept.reviews.count() == 1

    def test_in_the_browser(self, concept: Concept, source: FakeSource, client_as: As) -> None:
        address = reverse("concept_choose", args=[concept.code])
        given = {"candidate": pick(concept, "T:RECORDS"), "reason": "It counts all."}
        assert client_as("focal_point").post(address, given).status_code == 403
        client = client_as("analyst")
        assert client.post(address, {**given, "reason": ""}).status_code == 422
        assert client.post(address, {**given, "candidate": 0}).status_code == 422
        assert client.post(address, given).status_code == 302
        assert client_as("soca_member").get(reverse("concept", args=[concept.code])).status_code == 200
        assert client_as(None).get(reverse("concepts")).status_code == 403

    def test_a_candidate_is_a_series_that_adme_knows(self, concept: Concept, source: FakeSource, client_as: As) -> None:
        source.put("T:NEW", "VNM", {2024: 1.0})
        address = reverse("concept_add", args=[concept.code])
        given = {"series": "T:NEW", "distance": 1, "difference": "Without islands."}
        assert client_as("administrator").post(address, given).status_code == 403
        client = client_as("analyst")
        assert client.post(address, {**given, "series": "T:NOTHING"}).status_code == 422
        assert client.post(address, {**given, "difference": ""}).status_code == 422
        assert client.post(address, given).status_code == 302
        assert client.post(address, given).status_code == 422
        assert concept.candidates.get(series="T:NEW").source == "B"


class TestRetiring:
    def give(self, client: Client, name: str, concept: Concept, series: str, reason: str = "Its file ended.") -> int:
        prefix = name.removeprefix("concept_")
        given = {f"{prefix}-candidate": pick(concept, series), f"{prefix}-reason": reason}
        return client.post(reverse(name, args=[concept.code]), given).status_code

    def shown(self, client: Client, concept: Concept) -> list[str]:
        page = client.get(reverse("concept", args=[concept.code])).context["page"]
        return [one.candidate.series for one in page.candidates]

    def test_a_retired_candidate_is_neither_compared_nor_chosen_and_may_come_back(
        self, concept: Concept, source: FakeSource, client_as: As, user_with: Users
    ) -> None:
        client = client_as("analyst")
        assert self.give(client, "concept_retire", concept, "T:OTHER") == 302
        assert "T:OTHER" not in self.shown(client, concept)
        with pytest.raises(Refused, match="Choose one of the candidates"):
            choose(concept, "T:OTHER", user_with("analyst"))
        source.put("T:OTHER", "VNM", {2024: 1.0})
        again = {"series": "T:OTHER", "distance": 0, "difference": ""}
        refused = client.post(reverse("concept_add", args=[concept.code]), again)
        assert "was a candidate and is retired" in refused.content.decode()
        assert self.give(client, "concept_return", concept, "T:OTHER") == 302
        assert "T:OTHER" in self.shown(client, concept)
        events = AuditEvent.objects.filter(target="concept:inspections").order_by("sequence")
        assert [(one.action, one.reason) for one in events] == [
            ("concept.candidate_retired", "Its file ended."),
            ("concept.candidate_returned", "Its file ended."),
        ]

    def test_the_chosen_one_stays_and_a_reason_is_owed(
        self, concept: Concept, source: FakeSource, user_with: Users
    ) -> None:
        ana = user_with("analyst")
        choose(concept, "T:RECORDS", ana)
        other, chosen = pick(concept, "T:OTHER"), pick(concept, "T:RECORDS")
        with pytest.raises(Refused, match="Choose another one first"):
            services.retire_candidate(concept=concept, candidate=chosen, reason="Gone.", by=ana)
        with pytest.raises(Refused, match="Say why"):
            services.retire_candidate(concept=concept, candidate=other, reason=" ", by=ana)
        services.retire_candidate(concept=concept, candidate=other, reason="Gone.", by=ana)
        with pytest.raises(Refused, match="is retired already"):
            services.retire_candidate(concept=concept, candidate=other, reason="Gone.", by=ana)
        with pytest.raises(Refused, match="stands beside the others already"):
            services.return_candidate(concept=concept, candidate=chosen, reason="Back.", by=ana)

    def test_a_choice_of_the_past_still_names_it(self, concept: Concept, source: FakeSource, user_with: Users) -> None:
        ana = user_with("analyst")
        choose(concept, "T:WORLD", ana)
        choose(concept, "T:RECORDS", ana, seen=concept.reviews.get().pk)
        services.retire_candidate(concept=concept, candidate=pick(concept, "T:WORLD"), reason="Gone.", by=ana)
        page = pages.concept_page(concept)
        assert [one.candidate.series for one in page.reviews] == ["T:RECORDS", "T:WORLD"]
        assert [one.series for one in page.retired] == ["T:WORLD"]

    @pytest.mark.parametrize("name", ["concept_retire", "concept_return"])
    def test_in_the_browser_it_is_for_analysts_and_of_this_concept(
        self, concept: Concept, source: FakeSource, client_as: As, user_with: Users, name: str
    ) -> None:
        if name == "concept_return":
            services.retire_candidate(
                concept=concept, candidate=pick(concept, "T:OTHER"), reason="Gone.", by=user_with("analyst")
            )
        for role in ("focal_point", "me_officer", "soca_member", "administrator"):
            assert self.give(client_as(role), name, concept, "T:OTHER") == 403
        client = client_as("analyst")
        stranger = Concept.objects.get(code="film-awards")
        prefix = name.removeprefix("concept_")
        foreign = {f"{prefix}-candidate": pick(concept, "T:OTHER"), f"{prefix}-reason": "Why."}
        assert client.post(reverse(name, args=[stranger.code]), foreign).status_code == 422
        assert self.give(client, name, concept, "T:OTHER", reason="") == 422
        assert self.give(client, name, concept, "T:OTHER") == 302


class TestLoading:
    @pytest.fixture
    def files(self, tmp_path: Path) -> Path:
        shutil.copytree(FIXTURES / "records", tmp_path / "records")
        (tmp_path / "reference").mkdir()
        return tmp_path / "reference"

    def edit(self, files: Path, change: Callable[[list[dict]], object]) -> None:
        path = files.parent / "records" / "concepts.json"
        entries = json.loads(path.read_text())
        change(entries)
        path.write_text(json.dumps(entries))

    def test_loading_again_changes_nothing_and_chooses_nothing(self) -> None:
        assert {one.kind for one in load_concepts(FIXTURES / "reference", True)} == {"unchanged"}
        assert not Concept.objects.filter(chosen__isnull=False).exists()
        assert Concept.objects.count() >= 8

    def test_candidates_of_database_c_and_the_tools_exist(self) -> None:
        ours = {one.series for one in Candidate.objects.filter(source="C")}
        assert ours <= {one.series_code for one in Statistic.objects.all()}
        assert not registry.faults({one.series for one in Candidate.objects.filter(source="A")})
        assert {"21", "30"} <= set(Concept.objects.values_list("leaf", flat=True))

    def test_what_a_person_added_is_left_alone(self, files: Path) -> None:
        concept = Concept.objects.get(code="film-awards")
        Candidate.objects.create(concept=concept, source="B", series="T:MINE", distance=0)
        self.edit(
            files, lambda entries: next(one for one in entries if one["code"] == "film-awards")["candidates"].pop()
        )
        kinds = {one.key: one.kind for one in load_concepts(files, True) if one.kind != "unchanged"}
        assert kinds == {"film-awards ARBMD:FILM_PRIZES ": "retired"}
        assert not concept.candidates.get(series="T:MINE").is_retired

    @pytest.mark.parametrize(
        ("field", "value", "told"),
        [
            ("series", "ARBMD:NOTHING", "no statistic NOTHING"),
            ("series", "TOOL1:nothing", "TOOL1 has no count 'nothing'"),
            ("source", "Z", "is one of A, B, C"),
            ("distance", 9, "say in words what is different"),
        ],
    )
    def test_a_wrong_candidate_is_named(self, files: Path, field: str, value: object, told: str) -> None:
        self.edit(files, lambda entries: entries[0]["candidates"][0].update({field: value}))
        with pytest.raises(LoadError, match=told):
            load_concepts(files, True)
