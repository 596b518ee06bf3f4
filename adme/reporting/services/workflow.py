"""The one place where the state of a report changes. What is possible stands in `transitions.TRANSITIONS`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from adme.accounts.models import User
from adme.observations.services import bump_data_version
from adme.observations.signals import series_changed

from .. import access, tools, vocabularies
from ..errors import BadValues, FieldProblem, NotAllowedNow, NotReady, Outdated, OwnReport, ReasonNeeded, ReportingError
from ..fields import Holder, is_empty
from ..models import Contribution, Obligation, Revision, RevisionContent
from ..selectors.readiness import readiness
from ..selectors.zones import end_of_day
from ..states import State
from ..transitions import TRANSITIONS, Act, Party, Transition
from . import notices, revisions
from .common import contribute, locked, plain, trail, why_closed

# Acts on a version that the person has seen.
_BOUND = frozenset({Act.APPROVE, Act.RETURN})
# Acts that say that there is no report: not possible over values that were approved and are still counted.
_SETS_ASIDE = frozenset({Act.CERTIFY_NIL, Act.EXCUSE, Act.NOT_APPLICABLE})
_KEEPS_REASON = frozenset({State.NOT_APPLICABLE, State.EXCUSED, State.RETURNED, State.REOPENED, State.CERTIFIED_NIL})
# These change who has reported, and so the coverage and the zeros of figures, without any fact.
_CHANGES_COVERAGE = frozenset({Act.CERTIFY_NIL, Act.RETURN, Act.EXCUSE, Act.NOT_APPLICABLE, Act.RESUME})
LONGEST_KEY = 64


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one report of a bulk approval."""

    obligation: Obligation
    ok: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class _Order:
    """One act that somebody asks for, with its texts already cleaned."""

    transition: Transition
    by: User
    key: str
    reason: str
    codes: list[str]
    until: date | None
    revision_id: int | None
    now: datetime

    @property
    def act(self) -> Act:
        return self.transition.act


@transaction.atomic
def perform(
    *,
    obligation_id: int,
    act: Act,
    by: User,
    idempotency_key: str,
    reason: str = "",
    reason_codes: Sequence[str] = (),
    until: date | None = None,
    revision_id: int | None = None,
    now: datetime | None = None,
) -> Obligation:
    """Do one act of the workflow, or raise why not. The same key again makes nothing and gives the report as it is."""
    order = _Order(
        transition=TRANSITIONS[act],
        by=by,
        key=idempotency_key.strip(),
        reason=plain(reason, name="reason", label="Reason"),
        codes=_codes(reason_codes),
        until=until,
        revision_id=revision_id,
        now=now or timezone.now(),
    )
    obligation = locked(obligation_id, order.now)
    _check_party(obligation, order)
    if not _done_before(obligation, order):
        _check(obligation, order)
        _carry_out(obligation, order)
    return obligation


def bulk_approve(*, seen: Sequence[tuple[int, int]], by: User, idempotency_key: str) -> list[Outcome]:
    """Approve reports as they were seen (report, revision), each for itself: one that cannot be holds no other."""
    outcomes = []
    for obligation_id, revision_id in seen:
        key = f"{idempotency_key[: LONGEST_KEY - 12]}:{revision_id}"
        try:
            done = perform(
                obligation_id=obligation_id, act=Act.APPROVE, by=by, idempotency_key=key, revision_id=revision_id
            )
            outcomes.append(Outcome(done, True, f"{done.reporter_label} {done.round.period_label}: approved."))
        except Obligation.DoesNotExist:
            continue
        except (ReportingError, PermissionDenied) as error:
            refused = Obligation.objects.select_related("round", "body", "state_area").get(pk=obligation_id)
            sentence = f"{refused.reporter_label} {refused.round.period_label}: {error}"
            outcomes.append(Outcome(refused, False, sentence))
    return outcomes


def start(obligation: Obligation, *, by: User, reason: str, now: datetime) -> None:
    """The first save of a due report starts it. The caller has locked the report and asked for the reason."""
    if obligation.state == State.DUE:
        order = _Order(TRANSITIONS[Act.START], by, "start", reason, [], None, None, now)
        _check_party(obligation, order)
        _check(obligation, order)
        _carry_out(obligation, order)


def _codes(given: Sequence[str]) -> list[str]:
    if not given:
        return []
    known = vocabularies.load(["CL_RETURN_REASON"])["CL_RETURN_REASON"]
    for code in given:
        if code not in known.choices:
            hint = f"'{code[:60]}' is not a kind of reason; {known.remedy(code)}"
            raise BadValues((FieldProblem("reason_codes", "unknown_code", code[:60], hint),))
    return [code for code in known.all_codes() if code in given]


def _done_before(obligation: Obligation, order: _Order) -> bool:
    """The same form came before: by a second click, the back button, a second tab, or a repeated request."""
    if not (0 < len(order.key) <= LONGEST_KEY and order.key.isprintable()):
        raise Outdated("The form was incomplete. Load the page again and repeat.")
    made = Revision.objects.filter(obligation=obligation, idempotency_key=order.key).first()
    if made is None:
        same = obligation.state == order.transition.target and obligation.reason == order.reason
        return bool(order.reason) and same and not order.transition.keeps_revision
    if (made.act, made.by_id) != (order.act.value, order.by.pk):
        raise Outdated("This form was used before for something else. Load the page again and repeat.")
    return True


def _check(obligation: Obligation, order: _Order) -> None:
    """Everything that can forbid an act of the right party, in the order in which a person would ask."""
    transition = order.transition
    if obligation.state not in transition.sources:
        raise NotAllowedNow(_wrong_state(obligation, transition))
    if transition.in_window and not obligation.is_editable(order.now):
        raise NotAllowedNow(why_closed(obligation, order.now))
    if transition.reason and not order.reason:
        raise ReasonNeeded("Say why: the reason is kept and shown to the people concerned.")
    if order.act in _BOUND:
        _check_seen(obligation, order)
    if transition.not_author and _is_author(obligation, order.by):
        raise OwnReport("You wrote in this report or handed it in, so somebody else has to approve it.")
    if order.act in _SETS_ASIDE and revisions.approved(obligation) is not None:
        nouns = tools.get(obligation.tool).noun[1]
        raise NotAllowedNow(
            f"This report was approved before, and its {nouns} are counted. To correct that, take the {nouns} out and "
            "submit the report, so that it is reviewed."
        )
    if order.act == Act.EXCUSE:
        _end_of_day(order.until, order.now)


def _check_party(obligation: Obligation, order: _Order) -> None:
    transition, by = order.transition, order.by
    if transition.party == Party.REVIEWER:
        if not access.is_reviewer(by):
            raise PermissionDenied("Only the Secretariat may do this.")
        return
    if access.is_reporter(by, obligation):
        if not access.may_edit(by, obligation):
            raise PermissionDenied("This report is filed by somebody else of your body or state.")
        return
    if not (transition.on_behalf and access.is_reviewer(by)):
        raise PermissionDenied("This report belongs to another reporter.")
    if not order.reason:
        raise ReasonNeeded(f"You act on behalf of {obligation.reporter_label}. Say why.")


def _wrong_state(obligation: Obligation, transition: Transition) -> str:
    person = obligation.decided_by if obligation.state in {State.APPROVED, State.RETURNED} else None
    by = f" by {person}" if person else ""
    return (
        f"The report of {obligation.reporter_label} is now '{obligation.get_state_display()}'{by}, "
        f"so '{transition.title}' is not possible. Load the page again."
    )


def _check_seen(obligation: Obligation, order: _Order) -> None:
    current = revisions.latest(obligation)
    if current is None or current.pk != order.revision_id:
        raise Outdated("The report was handed in anew since you opened it. Look at the current version first.")


def _is_author(obligation: Obligation, user: User) -> bool:
    wrote = Contribution.objects.filter(obligation=obligation, user=user, settled_at__isnull=True).exists()
    return wrote or obligation.submitted_by_id == user.pk


def _end_of_day(day: date | None, now: datetime) -> datetime:
    """Deadlines end with their day in Jakarta."""
    if day is None:
        raise NotAllowedNow("Say until which day the report is excused.")
    ends = end_of_day(day)
    if ends <= now:
        raise NotAllowedNow("The day until which the report is excused is over. Choose a later one.")
    return ends


def _carry_out(obligation: Obligation, order: _Order) -> None:
    """The checked act: revision, state, facts, notices, trail."""
    before = obligation.state
    revision = _keep_revision(obligation, order) if order.transition.keeps_revision else None
    _move(obligation, order)
    if order.act in {Act.SUBMIT, Act.CERTIFY_NIL}:
        contribute(obligation, order.by, order.now)
    if order.act == Act.APPROVE:
        Contribution.objects.filter(obligation=obligation, settled_at__isnull=True).update(settled_at=order.now)
    if revision is not None:
        revisions.publish(obligation, revision, order.now)
    if order.act in _CHANGES_COVERAGE:
        _recount(obligation, order)
    _tell(obligation, revision, order)
    after: dict[str, object] = {"state": str(obligation.state), "revision": revision.number if revision else None}
    if order.codes:
        after["reason_codes"] = order.codes
    trail(order.act.value, obligation, order.by, before={"state": str(before)}, after=after, reason=order.reason)


def _keep_revision(obligation: Obligation, order: _Order) -> Revision:
    on_behalf = access.acts_on_behalf(order.by, obligation, order.act)
    return revisions.keep(
        obligation,
        act=order.act,
        content=_content(obligation, order),
        by=order.by,
        now=order.now,
        reason=order.reason,
        reason_codes=order.codes,
        on_behalf_of=obligation.reporter_label if on_behalf else "",
        idempotency_key=order.key,
    )


def _content(obligation: Obligation, order: _Order) -> RevisionContent:
    """What is handed in comes from the working copy; what is decided on is what was handed in, whatever came since."""
    if order.act == Act.SUBMIT:
        records = tools.get(obligation.tool).records(obligation)
        ready = readiness(obligation, records)
        if not ready.is_ready:
            count = ready.blocker_count
            raise NotReady(
                f"The report cannot be handed in yet: {count} {'thing is' if count == 1 else 'things are'} to be done.",
                tuple(ready.sentences())[:20],
            )
        return revisions.keep_content(revisions.content_of(obligation, records))
    if order.act == Act.CERTIFY_NIL:
        _check_nothing_reported(obligation)
        return revisions.keep_content(revisions.content_of(obligation, []))
    current = revisions.latest(obligation)
    if current is None:
        raise Outdated("Nothing was handed in that could be decided on. Load the page again.")
    return current.content


def _check_nothing_reported(obligation: Obligation) -> None:
    tool = tools.get(obligation.tool)
    names = [one for one in tool.catalogue.fields if one.holder == Holder.REPORT]
    filled = [one for one in tool.records(obligation) if any(not is_empty(one.values.get(f.name)) for f in names)]
    if filled:
        raise NotAllowedNow(
            f"Something is reported for {len(filled)} {tool.noun[len(filled) != 1]}, such as '{filled[0].title}'. "
            "Empty those fields, or submit the report."
        )


def _move(obligation: Obligation, order: _Order) -> None:
    obligation.state = order.transition.target
    obligation.version += 1
    obligation.reason = order.reason if obligation.state in _KEEPS_REASON else ""
    obligation.excused_until = _end_of_day(order.until, order.now) if order.act == Act.EXCUSE else None
    if order.act in {Act.SUBMIT, Act.CERTIFY_NIL}:
        obligation.submitted_at, obligation.submitted_by = order.now, order.by
        obligation.first_submitted_at = obligation.first_submitted_at or order.now
    if order.act in _BOUND:
        obligation.decided_at, obligation.decided_by = order.now, order.by
    obligation.save()


def _recount(obligation: Obligation, order: _Order) -> None:
    """Figures that count over this tool's reports are computed anew."""
    bump_data_version()
    trigger = f"{order.transition.done}: {tools.get(obligation.tool).title} of {obligation.reporter_label}"
    codes = frozenset({f"{obligation.tool.upper()}:*"})
    series_changed.send(sender=Obligation, codes=codes, trigger=trigger, actor=order.by.email)


def _tell(obligation: Obligation, revision: Revision | None, order: _Order) -> None:
    notices.after_act(obligation=obligation, revision=revision, act=order.act, by=order.by, reason=order.reason)
