"""A statistic's words changed in the browser, and its metadata as a file under SDMX concept headings; who may what."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from adme.accounts.models import User
from adme.audit.models import AuditEvent
from databases_c.metadata import HEADINGS
from databases_c.models import Compilation, Statistic, StatisticObservation, Submission
from databases_c.refusals import Refused
from databases_c.services import metadata, recipes
from databases_c.services.compile import compile_report

pytestmark = pytest.mark.django_db
As = Callable[..., Client]
CODE = "PERSONS_TRAINED"


@pytest.fixture
def published(statistic: Statistic, submission: Submission) -> Compilation:
    assert statistic.current is not None
    return compile_report(submission.obligation, submission, statistic.current, preview=False, by="system")


class TestWords:
    def typed(self, client: Client, **changes: object) -> dict[str, object]:
        """The form as it stands, with changes."""
        form = client.get(reverse("statistic_edit", args=[CODE])).context["form"]
        return {**{one.name: one.value() for one in form if one.value() is not False}, **changes}

    def test_an_analyst_changes_them_and_the_change_is_on_record(self, statistic: Statistic, client_as: As) -> None:
        client = client_as("analyst")
        given = self.typed(client, title="Persons in courses", definition="Once a person.")
        given.pop("is_proposed", None)
        answer = client.post(reverse("statistic_edit", args=[CODE]), given)
        assert answer["Location"] == reverse("statistic", args=[CODE])
        statistic.refresh_from_db()
        assert (statistic.title, statistic.definition, statistic.is_proposed) == (
            "Persons in courses", "Once a person.", False,
        )  # fmt: skip
        assert "Persons in courses" in client.get(answer["Location"]).content.decode()
        event = AuditEvent.objects.get(action="statistic.described")
        assert (event.target, event.after["title"]) == (f"statistic:{CODE}", "Persons in courses")

    def test_the_unit_of_published_figures_takes_no_other(self, statistic: Statistic, client_as: As) -> None:
        client = client_as("analyst")
        answer = client.post(reverse("statistic_edit", args=[CODE]), self.typed(client, unit="%", title="Other"))
        assert answer.status_code == 302
        statistic.refresh_from_db()
        assert (statistic.unit, statistic.title) == ("persons", "Other")

    def test_a_statistic_without_a_recipe_may_have_another_unit(
        self, statistic: Statistic, client_as: As, user_with: Callable[..., User]
    ) -> None:
        made = recipes.make_statistic(
            code="TRAINERS", record_set=statistic.record_set, title="T", unit="persons", definition="D",
            by=user_with("analyst"),
        )  # fmt: skip
        client = client_as("analyst")
        address = reverse("statistic_edit", args=[made.code])
        seen = recipes.description_mark(made)
        assert client.post(address, {"title": "T", "unit": "%", "definition": "D", "seen": seen}).status_code == 302
        made.refresh_from_db()
        assert made.unit == "%"

    def test_two_who_write_at_once_do_not_overwrite_each_other(self, statistic: Statistic, client_as: As) -> None:
        client = client_as("analyst")
        mine, theirs = self.typed(client, title="Mine"), self.typed(client, title="Theirs")
        assert client.post(reverse("statistic_edit", args=[CODE]), theirs).status_code == 302
        refused = client.post(reverse("statistic_edit", args=[CODE]), mine)
        assert refused.status_code == 422
        assert "Somebody has changed the statistic since you opened it" in refused.content.decode()
        statistic.refresh_from_db()
        assert statistic.title == "Theirs"

    def test_a_blank_title_is_refused_beside_its_field(self, statistic: Statistic, client_as: As) -> None:
        client = client_as("analyst")
        answer = client.post(reverse("statistic_edit", args=[CODE]), self.typed(client, title=" "))
        assert answer.status_code == 422
        assert "title" in answer.context["form"].errors

    @pytest.mark.parametrize("role", ["focal_point", "me_officer", "soca_member", "administrator"])
    def test_they_are_for_analysts(
        self, statistic: Statistic, client_as: As, user_with: Callable[..., User], role: str
    ) -> None:
        address = reverse("statistic_edit", args=[CODE])
        assert client_as(role).get(address).status_code == 403
        assert client_as(role).post(address, {"title": "X"}).status_code == 403
        with pytest.raises(PermissionDenied):
            recipes.describe_statistic(
                statistic=statistic, title="X", unit="persons", definition="D", by=user_with(role)
            )
        assert reverse("statistic_edit", args=[CODE]) not in (
            client_as(role).get(reverse("statistic", args=[CODE])).content.decode()
        )

    def test_the_mark_of_other_words_is_refused_also_without_a_page(
        self, statistic: Statistic, user_with: Callable[..., User]
    ) -> None:
        with pytest.raises(Refused, match="Somebody has changed the statistic"):
            recipes.describe_statistic(
                statistic=statistic, title="X", unit="persons", definition="D", seen="another", by=user_with("analyst")
            )


class TestMetadataFile:
    def file(self, client: Client, extension: str) -> bytes:
        answer = client.get(reverse("statistic_metadata_download", args=[CODE, extension]))
        assert answer.status_code == 200
        assert answer["Cache-Control"] == "private, no-store"
        name = answer["Content-Disposition"]
        assert "adme_persons_trained-metadata_v" in name
        assert name.endswith(f'.{extension}"')
        return b"".join(answer) if answer.streaming else answer.content

    def test_csv_has_every_heading_with_what_the_page_says(
        self, statistic: Statistic, published: Compilation, client_as: As, user_with: Callable[..., User]
    ) -> None:
        metadata.write(
            statistic=statistic, texts={"RELEVANCE": "=Plans,\nof the service."}, seen={}, by=user_with("analyst")
        )
        text = self.file(client_as("soca_member"), "csv").decode("utf-8-sig")
        told = {row["CONCEPT"]: row for row in csv.DictReader(line for line in text.splitlines(True) if line[0] != "#")}
        assert list(told) == [one.code for one in HEADINGS]
        assert (told["STAT_POP"]["TEXT"], told["STAT_POP"]["WRITTEN"]) == (
            "All persons trained in public courses.", "generated",
        )  # fmt: skip
        assert told["RELEVANCE"]["WRITTEN"] == "by hand"
        assert told["RELEVANCE"]["WRITTEN_ON"]
        assert not told["RELEVANCE"]["TEXT"].startswith("="), "a spreadsheet must not compute it"
        assert (told["REL_POLICY"]["TEXT"], told["REL_POLICY"]["WRITTEN"]) == ("", "")
        assert "ARBMD:PERSONS_TRAINED" in text.split("CONCEPT")[0]

    def test_xlsx_and_json_say_the_same(self, statistic: Statistic, published: Compilation, client_as: As) -> None:
        client = client_as("focal_point")
        book = load_workbook(BytesIO(self.file(client, "xlsx")), read_only=True)
        cells = {str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row}
        found = json.loads(self.file(client, "json"))
        assert (found["series"], found["unit"], found["demonstration"]) == ("ARBMD:PERSONS_TRAINED", "persons", False)
        by_concept = {one["concept"]: one for one in found["metadata"]}
        assert list(by_concept) == [one.code for one in HEADINGS]
        assert {one["concept"] for one in found["metadata"]} <= cells
        assert by_concept["CONF_DATA_TR"]["text"] in cells
        assert by_concept["REL_POLICY"]["text"] is None
        assert {one["written"] for one in found["metadata"]} == {"generated", None}

    def test_made_up_figures_are_said_to_be_so(
        self, statistic: Statistic, published: Compilation, client_as: As
    ) -> None:
        StatisticObservation.objects.update(is_demonstration=True)
        client = client_as("analyst")
        assert json.loads(self.file(client, "json"))["demonstration"] is True
        assert b"made up for demonstration" in self.file(client, "csv")
        assert client.get(reverse("statistic_metadata", args=[CODE])).context["page_has_demonstration_data"] is True

    def test_who_sees_no_dashboards_gets_no_file_and_others_no_odd_format(
        self, statistic: Statistic, client_as: As
    ) -> None:
        address = reverse("statistic_metadata_download", args=[CODE, "csv"])
        assert client_as(None).get(address).status_code == 403
        assert client_as("analyst").get(address.replace("csv", "pdf")).status_code == 404
        assert client_as("analyst").get(address.replace(CODE, "NOTHING")).status_code == 404
        assert client_as("analyst").post(address).status_code == 405
