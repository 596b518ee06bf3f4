"""Comments: who may talk, what is kept, and settling a thread."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from adme.reporting.errors import BadValues, NoSuchRecord
from adme.reporting.models import Comment
from adme.reporting.services import talk

from . import factories as make
from .factories import submitted

pytestmark = pytest.mark.usefixtures("reference_data")


@pytest.fixture
def say(report, officer):
    (key,) = submitted(report, officer)

    def add(by, text="Which workshop?", record_key=key, field="achieved"):
        return talk.add_comment(obligation_id=report.pk, record_key=record_key, field=field, text=text, by=by)

    return add


def test_reporter_and_secretariat_talk_also_after_the_report_was_handed_in(say, officer, analyst):
    say(analyst)
    say(officer, "The one in March.")
    say(officer, "And thanks.", record_key="", field="")

    assert [one.by for one in Comment.objects.all()] == [analyst, officer, officer]


def test_others_do_not_talk(say):
    for stranger in (make.officer("SLOM"), make.focal_point(), make.soca_member(), make.administrator()):
        with pytest.raises(PermissionDenied):
            say(stranger)


@pytest.mark.parametrize("text", ["", " \n ", "x" * 4001, "a\x00b"])
def test_a_comment_says_something_that_can_be_stored(text, say, analyst):
    with pytest.raises(BadValues):
        say(analyst, text)


def test_a_comment_is_kept_as_plain_text(say, analyst):
    assert say(analyst, "<b>=1+1</b>").text == "<b>=1+1</b>"


def test_a_comment_stands_with_a_field_and_a_record_that_exist(say, analyst):
    with pytest.raises(BadValues):
        say(analyst, field="nonsense")
    with pytest.raises(NoSuchRecord):
        say(analyst, record_key="3b241101-e2bb-4255-8caf-4136c566a962")


def test_a_thread_is_settled_once(say, officer, analyst):
    comment = say(analyst)
    with pytest.raises(PermissionDenied):
        talk.resolve_comment(comment_id=comment.pk, by=make.officer("SLOM"))

    first = talk.resolve_comment(comment_id=comment.pk, by=officer)
    second = talk.resolve_comment(comment_id=comment.pk, by=analyst)

    assert (second.resolved_by, second.resolved_at) == (officer, first.resolved_at)
