"""Recipes of statistics are drafted, looked at on a submission without publishing, and adopted by another analyst."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from adme.accounts.models import User
from adme.audit.models import AuditEvent
from adme.jobs.models import Job
from adme.jobs.testing import run_all_jobs
from databases_c.models import Compilation, RecipeVersion, RecordSet, Statistic, StatisticObservation, Submission
from databases_c.recipe_words import recipe_lines
from databases_c.recipes import read_recipe
from databases_c.refusals import Refused
from databases_c.services import preview as previewing
from databases_c.services import recipes
from databases_c.services.preview import preview
from tests.records.factories import make_version

from .conftest import RECIPE

pytestmark = pytest.mark.django_db
Draft = Callable[..., RecipeVersion]
Users = Callable[..., User]


def adopt(statistic: Statistic, draft: RecipeVersion, by: User, **given: Any) -> RecipeVersion:
    given = {"seen": recipes.fingerprint(draft), "reason": "Agreed with the body.", **given}
    return recipes.adopt_draft(statistic=statistic, by=by, **given)


class TestDrafting:
    def test_a_draft_leaves_the_recipe_in_force_alone(
        self, statistic: Statistic, draft: Draft, user_with: Users
    ) -> None:
        ana = user_with("analyst")
        made = draft(ana, minimum_cell=10)
        assert (made.number, made.state, made.made_by, made.recipe["minimum_cell"]) == (2, "draft", ana, 10)
        statistic.refresh_from_db()
        assert statistic.current is not None
        assert (statistic.current.number, statistic.current.state) == (1, "in_force")
        event = AuditEvent.objects.get(action="record_recipe.drafted")
        assert (event.actor, event.target) == (ana.email, "record_recipe:PERSONS_TRAINED:v2")

    @pytest.mark.parametrize("role", ["focal_point", "me_officer", "soca_member", "administrator"])
    def test_only_analysts_draft(self, draft: Draft, user_with: Users, role: str) -> None:
        with pytest.raises(PermissionDenied):
            draft(user_with(role))
        assert not RecipeVersion.objects.filter(state="draft").exists()

    def test_every_fault_is_told(self, draft: Draft, user_with: Users) -> None:
        wrong = [{"column": "village", "concept": "sex", "label": "Sex"}]
        with pytest.raises(Refused) as refused:
            draft(user_with("analyst"), dimensions=wrong, multiplier=0)
        assert "dimensions[0].column: there is no such column in the record set" in refused.value.faults
        assert len(refused.value.faults) == 3

    def test_a_denominator_has_to_be_a_series_and_another_one(self, draft: Draft, user_with: Users) -> None:
        ana = user_with("analyst")
        with pytest.raises(Refused, match="no series 'WB_WDI:NOTHING'"):
            draft(ana, denominator={"series": "WB_WDI:NOTHING"})
        with pytest.raises(Refused, match="cannot be divided by itself"):
            draft(ana, denominator={"series": "ARBMD:PERSONS_TRAINED"})

    def test_a_draft_that_somebody_changed_meanwhile_is_not_overwritten(self, draft: Draft, user_with: Users) -> None:
        ana, ben = user_with("analyst"), user_with("analyst")
        seen = recipes.fingerprint(draft(ana))
        draft(ben, seen=seen, minimum_cell=7)
        with pytest.raises(Refused, match="changed the draft since you opened it"):
            draft(ana, seen=seen, minimum_cell=8)
        assert RecipeVersion.objects.get(state="draft").recipe["minimum_cell"] == 7

    def test_a_discarded_draft_takes_its_previews_with_it(
        self, statistic: Statistic, draft: Draft, submission: Submission, user_with: Users
    ) -> None:
        ana = user_with("analyst")
        draft(ana)
        preview(statistic=statistic, submission=submission.public_id, by=ana)
        recipes.discard_draft(statistic=statistic, by=ana)
        assert not RecipeVersion.objects.filter(state="draft").exists()
        assert not Compilation.objects.exists()
        with pytest.raises(Refused, match="no draft any more"):
            recipes.discard_draft(statistic=statistic, by=ana)


class TestAdopting:
    def test_a_second_analyst_adopts_and_reports_are_compiled_anew(
        self, statistic: Statistic, draft: Draft, user_with: Users
    ) -> None:
        made, ben = draft(user_with("analyst"), minimum_cell=10), user_with("analyst")
        adopted = adopt(statistic, made, ben)
        statistic.refresh_from_db()
        assert (statistic.current, adopted.state, adopted.adopted_by) == (adopted, "in_force", ben)
        assert statistic.versions.get(number=1).state == "superseded"
        event = AuditEvent.objects.get(action="record_recipe.adopted")
        assert (event.actor, event.reason) == (ben.email, "Agreed with the body.")
        assert (event.before or {})["number"] == 1
        assert [job.args["statistic"] for job in Job.objects.filter(name="records.recompile")] == [statistic.pk]

    def test_nobody_adopts_a_draft_that_they_wrote_in(
        self, statistic: Statistic, draft: Draft, user_with: Users
    ) -> None:
        ana, ben, eve = (user_with("analyst") for _ in range(3))
        first = draft(ana)
        second = draft(ben, seen=recipes.fingerprint(first), minimum_cell=7)
        for author in (ana, ben):
            with pytest.raises(Refused, match="A second analyst has to adopt it"):
                adopt(statistic, second, author)
        assert adopt(statistic, second, eve).number == 2

    def test_a_draft_with_the_number_of_a_discarded_one_has_its_own_authors(
        self, statistic: Statistic, draft: Draft, user_with: Users
    ) -> None:
        ana, ben = user_with("analyst"), user_with("analyst")
        draft(ana)
        recipes.discard_draft(statistic=statistic, by=ana)
        assert adopt(statistic, draft(ben), ana).number == 2

    def test_what_changed_since_it_was_looked_at_is_not_adopted(
        self, statistic: Statistic, draft: Draft, user_with: Users
    ) -> None:
        ana, ben = user_with("analyst"), user_with("analyst")
        first = draft(ana)
        seen = recipes.fingerprint(first)
        changed = draft(ana, seen=seen, minimum_cell=7)
        with pytest.raises(Refused, match="changed since you looked at it"):
            adopt(statistic, changed, ben, seen=seen)
        with pytest.raises(Refused, match="Say why"):
            adopt(statistic, changed, ben, reason=" ")

    def test_a_draft_for_an_older_layout_has_to_be_saved_again(
        self, statistic: Statistic, record_set: RecordSet, draft: Draft, user_with: Users
    ) -> None:
        made = draft(user_with("analyst"))
        make_version(record_set)
        with pytest.raises(Refused, match="newer layout since, version 2"):
            adopt(statistic, made, user_with("analyst"))

    @pytest.mark.parametrize("role", ["focal_point", "administrator"])
    def test_only_analysts_adopt(self, statistic: Statistic, draft: Draft, user_with: Users, role: str) -> None:
        made = draft(user_with("analyst"))
        with pytest.raises(PermissionDenied):
            adopt(statistic, made, user_with(role))


class TestPreview:
    def test_it_shows_cells_with_the_small_ones_suppressed_and_publishes_nothing(
        self, statistic: Statistic, draft: Draft, submission: Submission, user_with: Users
    ) -> None:
        ana = user_with("analyst")
        draft(ana)
        made = preview(statistic=statistic, submission=submission.public_id, by=ana)
        assert isinstance(made, Compilation)
        assert made.is_preview
        cells = {row[0]: tuple(row[1:]) for row in made.result}
        assert cells[""] == (85, "A", "F")
        assert cells["PROVINCE=S;SEX=F"] == (None, "Q", "C")
        assert made.counts["records"] == 4
        assert sum(row[3] == "D" for row in made.result) == made.counts["also_suppressed"] > 0
        assert not StatisticObservation.objects.exists()
        assert AuditEvent.objects.get(action="record_recipe.previewed").actor == ana.email

    def test_a_changed_draft_has_no_preview_any_more(
        self, statistic: Statistic, draft: Draft, submission: Submission, user_with: Users
    ) -> None:
        ana = user_with("analyst")
        made = draft(ana)
        preview(statistic=statistic, submission=submission.public_id, by=ana)
        preview(statistic=statistic, submission=submission.public_id, by=ana)
        assert Compilation.objects.count() == 1
        draft(ana, seen=recipes.fingerprint(made), minimum_cell=0)
        assert not Compilation.objects.exists()

    def test_many_records_are_compiled_by_a_job(
        self,
        statistic: Statistic,
        draft: Draft,
        submission: Submission,
        user_with: Users,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(previewing, "AT_ONCE", 3)
        ana = user_with("analyst")
        draft(ana)
        job = preview(statistic=statistic, submission=submission.public_id, by=ana)
        assert isinstance(job, Job)
        [ended] = run_all_jobs()
        assert (ended.state, ended.outcome) == ("succeeded", {"cells": 9})
        assert Compilation.objects.get().is_preview

    def test_the_job_refuses_a_draft_that_has_changed(
        self,
        statistic: Statistic,
        draft: Draft,
        submission: Submission,
        user_with: Users,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(previewing, "AT_ONCE", 3)
        ana = user_with("analyst")
        made = draft(ana)
        preview(statistic=statistic, submission=submission.public_id, by=ana)
        draft(ana, seen=recipes.fingerprint(made), minimum_cell=0)
        [ended] = run_all_jobs()
        assert ended.state == "failed"
        assert "Ask for a new one" in ended.error
        assert not Compilation.objects.exists()

    @pytest.mark.parametrize("role", ["focal_point", "administrator", "soca_member"])
    def test_only_who_may_see_records_previews(
        self, statistic: Statistic, draft: Draft, submission: Submission, user_with: Users, role: str
    ) -> None:
        draft(user_with("analyst"))
        with pytest.raises(PermissionDenied):
            preview(statistic=statistic, submission=submission.public_id, by=user_with(role))

    def test_records_that_are_gone_are_told(
        self, statistic: Statistic, draft: Draft, submission: Submission, user_with: Users
    ) -> None:
        ana = user_with("analyst")
        draft(ana)
        submission.rows_discarded_at = submission.used_at
        submission.save()
        with pytest.raises(Refused, match="deleted after compilation"):
            preview(statistic=statistic, submission=submission.public_id, by=ana)


class TestStatistics:
    def test_an_analyst_makes_one(self, record_set: RecordSet, user_with: Users) -> None:
        fields: dict[str, Any] = {"title": "Trainers", "unit": "persons", "definition": "Who taught."}
        made = recipes.make_statistic(code="TRAINERS", record_set=record_set, by=user_with("analyst"), **fields)
        assert (made.series_code, made.is_proposed, made.current) == ("ARBMD:TRAINERS", True, None)
        with pytest.raises(Refused, match="a statistic with the code TRAINERS already"):
            recipes.make_statistic(code="TRAINERS", record_set=record_set, by=user_with("analyst"), **fields)
        with pytest.raises(Refused, match="capital letters"):
            recipes.make_statistic(code="trainers", record_set=record_set, by=user_with("analyst"), **fields)
        with pytest.raises(PermissionDenied):
            recipes.make_statistic(code="OTHERS", record_set=record_set, by=user_with("focal_point"), **fields)

    def test_the_unit_of_published_figures_stays(self, statistic: Statistic, user_with: Users) -> None:
        ana = user_with("analyst")
        changed = recipes.describe_statistic(
            statistic=statistic, title="Persons trained in courses", unit="persons", definition="As before.", by=ana
        )
        assert changed.title == "Persons trained in courses"
        with pytest.raises(Refused, match="Make another statistic"):
            recipes.describe_statistic(statistic=statistic, title="P", unit="%", definition="D", by=ana)


def test_a_recipe_is_told_step_by_step(record_set: RecordSet) -> None:
    assert record_set.current is not None
    layout = record_set.current.read_layout()
    recipe = read_recipe(
        {
            **RECIPE,
            "filters": [{"column": "province", "test": "is_not", "values": ["S"]}],
            "distinct_by": ["province"],
            "denominator": {"series": "WB_WDI:SP.POP.TOTL", "at_most_years_old": 2},
            "multiplier": 100000,
            "round_to": 5,
            "published": [["SEX"]],
        },
        layout,
    )
    told = dict(recipe_lines(recipe, layout, labels={"province": {"S": "South"}}))
    assert told["Only records"] == "'Province' is not South"
    assert told["The same record twice"] == "Records that share 'Province' count once."
    assert told["Measured"] == "Sum of 'Persons'; a blank adds nothing"
    assert told["Divided by"].startswith("The series WB_WDI:SP.POP.TOTL, of the same state and period; a value up to 2")
    assert told["Published"] == "The total; by sex."
    assert told["Small cells"].startswith("Cells behind which 1 to 4 records or persons stand")
    assert told["Rounding"] == "To multiples of 5; shown with 0 decimals."
