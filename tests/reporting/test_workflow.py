"""Acts of the workflow, each denial beside its success."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from adme.audit.models import AuditEvent
from adme.observations.signals import series_changed
from adme.reporting.errors import BadValues, NotAllowedNow, NotReady, Outdated, OwnReport, ReasonNeeded
from adme.reporting.models import Contribution, Obligation, Publication, Revision, RevisionContent
from adme.reporting.services import workflow
from adme.reporting.states import State
from adme.reporting.transitions import Act
from databases_a.tool1.models import ActivityFact

from . import factories as make
from .factories import act, again, approved, current, ready_report, save, submitted

pytestmark = pytest.mark.usefixtures("reference_data")


def test_a_report_goes_from_due_to_approved_and_each_act_keeps_a_revision(report, officer, analyst):
    (key,) = ready_report(report, officer)
    assert again(report).state == State.DRAFTING

    act(report, Act.SUBMIT, officer)
    assert again(report).state == State.SUBMITTED
    act(report, Act.APPROVE, analyst)

    kept = list(Revision.objects.filter(obligation=report).order_by("number"))
    assert [(one.number, one.act, one.by) for one in kept] == [(1, "submit", officer), (2, "approve", analyst)]
    assert kept[0].content_id == kept[1].content_id
    assert kept[0].content.data["records"][0]["key"] == key
    done = again(report)
    assert (done.state, done.submitted_by, done.decided_by) == (State.APPROVED, officer, analyst)
    assert AuditEvent.objects.filter(action__startswith="report.").values_list("action", flat=True).count() == 4


def test_the_same_content_is_kept_once_whatever_happens_to_it(report, officer, analyst):
    submitted(report, officer)
    act(report, Act.RETURN, analyst, reason="Check the dates.", reason_codes=["wrong_period"])
    act(report, Act.SUBMIT, officer)

    assert Revision.objects.filter(obligation=report).count() == 3
    assert RevisionContent.objects.count() == 1


def test_submission_names_what_is_missing_and_stores_nothing(report, officer):
    key = make.key_of(make.make_activity(title="Health workshop"))
    save(report, key, {"status": "delayed"}, officer)

    with pytest.raises(NotReady) as refused:
        act(report, Act.SUBMIT, officer)

    assert any("Health workshop" in one and "explain" in one for one in refused.value.blockers)
    assert (again(report).state, Revision.objects.count()) == (State.DRAFTING, 0)
    save(report, key, {"explanation": "The venue was flooded.", "percent_complete": 10}, officer)
    act(report, Act.SUBMIT, officer)
    assert again(report).state == State.SUBMITTED


def test_an_empty_report_is_certified_nil_but_not_submitted(report, officer):
    report.state = State.DRAFTING
    report.save()
    with pytest.raises(NotReady, match="1 thing is"):
        act(report, Act.SUBMIT, officer)

    with pytest.raises(ReasonNeeded):
        act(report, Act.CERTIFY_NIL, officer)
    act(report, Act.CERTIFY_NIL, officer, reason="No activity was planned in this year.")

    assert again(report).state == State.CERTIFIED_NIL
    assert current(report).content.data["records"] == []


def test_nil_is_not_certified_over_reported_values_and_can_be_returned(report, officer, analyst):
    key = make.key_of(make.make_activity())
    save(report, key, {"percent_complete": 0}, officer)
    with pytest.raises(NotAllowedNow, match="Something is reported for 1 activity"):
        act(report, Act.CERTIFY_NIL, officer, reason="Nothing.")

    save(report, key, {"percent_complete": ""}, officer)
    act(report, Act.CERTIFY_NIL, officer, reason="Nothing happened.")
    act(report, Act.RETURN, analyst, reason="A workshop was held.")

    assert again(report).state == State.RETURNED
    assert again(report).reason == "A workshop was held."


def test_a_report_that_was_approved_is_not_set_aside_but_corrected(report, officer, analyst):
    (key,) = approved(report, officer, analyst)
    act(report, Act.REOPEN, analyst, reason="The activity never took place.")
    from adme.reporting.services import records

    records.remove_record(obligation_id=report.pk, key=key, by=officer, reason="It never took place.")
    act(report, Act.SUBMIT, officer)
    act(report, Act.RETURN, analyst, reason="Say why.")
    for what, by in ((Act.CERTIFY_NIL, officer), (Act.NOT_APPLICABLE, analyst), (Act.EXCUSE, analyst)):
        with pytest.raises(NotAllowedNow, match="approved before"):
            act(report, what, by, reason="Nothing.")
    act(report, Act.SUBMIT, officer)
    act(report, Act.APPROVE, analyst)

    assert not ActivityFact.objects.current().exists()


def test_return_needs_a_written_reason(report, officer, analyst):
    submitted(report, officer)
    with pytest.raises(ReasonNeeded):
        act(report, Act.RETURN, analyst, reason="  \n ")
    with pytest.raises(BadValues, match="did you mean"):
        act(report, Act.RETURN, analyst, reason="Look.", reason_codes=["figure"])

    act(report, Act.RETURN, analyst, reason="Look again.", reason_codes=["figures", "alignment"])

    assert current(report).reason_codes == ["figures", "alignment"]


@pytest.mark.parametrize("what", [Act.REOPEN, Act.RESUME, Act.NOT_APPLICABLE, Act.EXCUSE])
def test_acts_of_the_secretariat_need_a_reason(what, report, officer, analyst):
    if what == Act.REOPEN:
        approved(report, officer, analyst)
    if what == Act.RESUME:
        act(report, Act.NOT_APPLICABLE, analyst, reason="Not of this body.")
    until = timezone.now().date() + timedelta(days=9)
    with pytest.raises(ReasonNeeded):
        act(report, what, analyst, until=until)
    with pytest.raises(PermissionDenied):
        act(report, what, officer, reason="I would like to.", until=until)

    act(report, what, analyst, reason="It was agreed.", until=until)

    assert again(report).version > report.version


def test_an_excuse_has_a_day_that_is_to_come(report, analyst):
    today = timezone.now().date()
    for until in (None, today - timedelta(days=3)):
        with pytest.raises(NotAllowedNow):
            act(report, Act.EXCUSE, analyst, reason="A typhoon.", until=until)

    act(report, Act.EXCUSE, analyst, reason="A typhoon.", until=today + timedelta(days=20))

    done = again(report)
    assert done.state == State.EXCUSED
    assert done.excused_until.strftime("%H:%M:%S") == "16:59:59"  # the end of the day in Jakarta


def test_who_wrote_a_report_does_not_approve_it(report, officer, analyst):
    (key,) = submitted(report, officer)
    act(report, Act.RETURN, analyst, reason="A figure is missing.")
    save(report, key, {"participants_male": 7}, analyst, reason="Told by telephone.")
    act(report, Act.SUBMIT, officer)
    with pytest.raises(OwnReport):
        act(report, Act.APPROVE, analyst)

    act(report, Act.APPROVE, make.analyst())

    assert not Contribution.objects.filter(settled_at__isnull=True).exists()


def test_who_handed_it_in_on_behalf_does_not_approve_it(report, officer, analyst):
    ready_report(report, officer)
    with pytest.raises(ReasonNeeded, match="on behalf of SOMHD"):
        act(report, Act.SUBMIT, analyst)
    act(report, Act.SUBMIT, analyst, reason="The officer is ill.")
    assert current(report).on_behalf_of == "SOMHD"
    with pytest.raises(OwnReport):
        act(report, Act.APPROVE, analyst)

    act(report, Act.APPROVE, make.analyst())

    assert again(report).state == State.APPROVED


def test_once_approved_an_earlier_author_may_approve_the_next_version(report, officer, analyst):
    (key,) = ready_report(report, officer)
    save(report, key, {"remarks": "By the Secretariat."}, analyst, reason="Asked by mail.")
    act(report, Act.SUBMIT, officer)
    act(report, Act.APPROVE, make.analyst())
    act(report, Act.REOPEN, analyst, reason="A figure was wrong.")
    save(report, key, {"percent_complete": 50}, officer, reason="Counted again.")
    act(report, Act.SUBMIT, officer)

    act(report, Act.APPROVE, analyst)

    assert again(report).state == State.APPROVED


def test_approval_holds_for_the_version_that_was_seen(report, officer, analyst):
    (key,) = submitted(report, officer)
    seen = current(report).pk
    act(report, Act.RETURN, analyst, reason="Mend the figure.")
    save(report, key, {"percent_complete": 45}, officer)
    act(report, Act.SUBMIT, officer)
    for revision_id in (seen, None):
        with pytest.raises(Outdated):
            act(report, Act.APPROVE, analyst, revision_id=revision_id)
        with pytest.raises(Outdated):
            act(report, Act.RETURN, analyst, reason="No.", revision_id=revision_id)

    act(report, Act.APPROVE, analyst, revision_id=current(report).pk)

    assert current(report).content.data["records"][0]["values"]["percent_complete"] == 45


def test_the_same_form_twice_makes_one_revision(report, officer):
    ready_report(report, officer)
    for _ in range(2):
        done = act(report, Act.SUBMIT, officer, idempotency_key="the form")
        assert done.state == State.SUBMITTED

    assert Revision.objects.count() == 1
    with pytest.raises(Outdated):
        act(report, Act.SUBMIT, make.officer(), idempotency_key="the form")
    with pytest.raises(Outdated):
        act(report, Act.SUBMIT, officer, idempotency_key=" ")
    with pytest.raises(NotAllowedNow, match="Submitted"):
        act(report, Act.SUBMIT, officer, idempotency_key="another form")


def test_setting_aside_twice_by_the_same_form_is_one_act(report, analyst):
    for _ in range(2):
        act(report, Act.NOT_APPLICABLE, analyst, reason="Not of this body.")

    assert again(report).version == 1


def test_other_bodies_and_readers_cannot_act(report, officer):
    ready_report(report, officer)
    for stranger in (make.officer("SLOM"), make.focal_point("VNM"), make.soca_member(), make.administrator()):
        with pytest.raises(PermissionDenied):
            act(report, Act.SUBMIT, stranger, reason="I would like to.")
    for not_reviewer in (officer, make.administrator()):
        with pytest.raises(PermissionDenied):
            act(report, Act.NOT_APPLICABLE, not_reviewer, reason="I would like to.")

    act(report, Act.SUBMIT, officer)


@pytest.mark.parametrize("window", ["not open", "closed"])
def test_the_calendar_holds_for_the_reporter_and_on_behalf(window, officer, analyst):
    now = timezone.now()
    round_ = make.make_round()
    report = make.make_obligation(round_=round_)
    ready_report(report, officer)
    moved = {"opens_at": now + timedelta(days=1)} if window == "not open" else {"closes_at": now - timedelta(days=1)}
    if window == "closed":
        moved |= {"due_at": now - timedelta(days=2)}
    type(round_).objects.filter(pk=round_.pk).update(**moved)

    for by, reason in ((officer, ""), (analyst, "The officer is ill.")):
        with pytest.raises(NotAllowedNow, match=r"not open yet|has closed"):
            act(report, Act.SUBMIT, by, reason=reason)
    if window == "closed":
        Obligation.objects.filter(pk=report.pk).update(
            extended_until=now + timedelta(days=3), extension_reason="A typhoon."
        )
        act(report, Act.SUBMIT, officer)
        assert again(report).state == State.SUBMITTED


def test_what_was_sent_back_may_be_mended_after_the_close(report, officer, analyst):
    submitted(report, officer)
    now = timezone.now()
    type(report.round).objects.filter(pk=report.round_id).update(
        due_at=now - timedelta(days=2), closes_at=now - timedelta(days=1)
    )
    act(report, Act.RETURN, analyst, reason="One figure.")

    act(report, Act.SUBMIT, officer)

    assert again(report).state == State.SUBMITTED


def test_timeliness_is_judged_by_the_first_submission(report, officer, analyst):
    submitted(report, officer)
    first = again(report).first_submitted_at
    act(report, Act.RETURN, analyst, reason="One figure.")
    act(report, Act.SUBMIT, officer)

    assert again(report).first_submitted_at == first
    assert again(report).submitted_at > first


def facts(**conditions):
    return ActivityFact.objects.current().filter(**conditions)


def test_others_read_what_is_submitted_and_figures_what_is_approved(report, officer, analyst):
    (key,) = submitted(report, officer)
    assert [one.standing for one in facts()] == ["submitted"]
    act(report, Act.RETURN, analyst, reason="One figure.")
    assert not facts().exists()
    act(report, Act.SUBMIT, officer)
    act(report, Act.APPROVE, analyst)
    assert [one.standing for one in facts()] == ["approved"]

    act(report, Act.REOPEN, analyst, reason="A figure was wrong.")
    save(report, key, {"percent_complete": 60}, officer, reason="Counted again.")
    act(report, Act.SUBMIT, officer)

    assert [one.percent_complete for one in facts(standing="approved")] == [40]
    assert [one.percent_complete for one in facts(standing="submitted")] == [60]
    act(report, Act.APPROVE, analyst)
    assert [(one.standing, one.percent_complete) for one in facts()] == [("approved", 60)]
    assert Publication.objects.count() == 6


def test_bulk_approval_takes_each_report_for_itself(officer, analyst):
    fine, own, moved = (make.make_obligation(body) for body in ("SOMHD", "SLOM", "SOMCA"))
    people = {fine: officer, own: make.officer("SLOM"), moved: make.officer("SOMCA")}
    for report, by in people.items():
        ready_report(report, by)
        who = analyst if report == own else by
        act(report, Act.SUBMIT, who, reason="The officer is ill." if report == own else "")
    seen = [(one.pk, current(one).pk) for one in people]
    act(moved, Act.RETURN, make.analyst(), reason="One figure.")

    outcomes = workflow.bulk_approve(seen=seen, by=analyst, idempotency_key="bulk")

    assert [(one.obligation.pk, one.ok) for one in outcomes] == [(fine.pk, True), (own.pk, False), (moved.pk, False)]
    assert outcomes[1].sentence.startswith("SLOM 2025: You wrote in this report")
    assert [again(one).state for one in people] == [State.APPROVED, State.SUBMITTED, State.RETURNED]
    repeated = workflow.bulk_approve(seen=seen[:1], by=analyst, idempotency_key="bulk")
    assert repeated[0].ok
    assert Revision.objects.filter(obligation=fine).count() == 2


def test_reasons_hold_no_characters_that_cannot_be_stored(report, officer, analyst):
    submitted(report, officer)
    for reason in ("a\x00b", "x" * 2001):
        with pytest.raises(BadValues):
            act(report, Act.RETURN, analyst, reason=reason)
    act(report, Act.RETURN, analyst, reason="=1+1 <script>alert(1)</script>")
    assert again(report).reason == "=1+1 <script>alert(1)</script>"


def test_an_excuse_that_is_over_asks_for_the_report_again(report, officer, analyst):
    from adme.reporting import access

    key = make.key_of(make.make_activity())
    act(report, Act.EXCUSE, analyst, reason="A typhoon.", until=timezone.now().date() + timedelta(days=20))
    with pytest.raises(NotAllowedNow):
        save(report, key, {"remarks": "Early."}, officer)
    assert access.acts_for(officer, access.obligation_for(officer, report.public_id)) == []
    Obligation.objects.update(excused_until=timezone.now() - timedelta(seconds=1))

    assert Act.START in access.acts_for(officer, access.obligation_for(officer, report.public_id))
    save(report, key, {"remarks": "In time."}, officer)

    assert (again(report).state, again(report).reason, again(report).excused_until) == (State.DRAFTING, "", None)


def test_setting_a_report_aside_recounts_the_figures_and_saving_a_draft_does_not(report, officer, analyst):
    heard: list[frozenset[str]] = []

    def hear(sender, *, codes, **kwargs):
        heard.append(codes)

    series_changed.connect(hear)
    try:
        ready_report(report, officer)
        assert heard == []
        act(report, Act.NOT_APPLICABLE, analyst, reason="Has no work plan.")
        act(report, Act.RESUME, analyst, reason="Has one again.")
    finally:
        series_changed.disconnect(hear)
    assert heard == [frozenset({"TOOL1:*"})] * 2
