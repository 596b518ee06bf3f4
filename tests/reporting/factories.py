"""Rounds, obligations, people and reports for tests, each in one call. Tool 1 with its real adapter.

Everything needs the fixture `reference_data`. A round is open now unless days say otherwise.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from adme.accounts.models import Assignment, Role, User
from adme.observations.periods import TimePeriod
from adme.reference.models import Area, Framework, SectoralBody
from adme.reporting import tools
from adme.reporting.models import Obligation, RecordChange, ReportingRound, Revision
from adme.reporting.services import records, workflow
from adme.reporting.services.records import Saved
from adme.reporting.transitions import Act
from databases_a.tool1.models import Activity, WorkPlan

_numbers = itertools.count(1)
FORM = RecordChange.Channel.FORM


def fresh(text: str = "key") -> str:
    """A text that no other call gave: e-mail addresses, idempotency keys."""
    return f"{text}-{next(_numbers)}"


# --- people ---------------------------------------------------------------------------------------------------------


def make_user(*assignments: tuple[str, str | None, str | None], email: str = "") -> User:
    """A user with (role, body code, state code) each."""
    user = User.objects.create_user(email or f"{fresh('person')}@example.org", "a long enough passphrase")
    for role, body, state in assignments:
        Assignment.objects.create(
            user=user,
            role=role,
            body=SectoralBody.objects.get(code=body) if body else None,
            state=Area.objects.get(code=state) if state else None,
        )
    return user


def officer(body: str = "SOMHD") -> User:
    return make_user((Role.ME_OFFICER, body, None))


def focal_point(state: str = "VNM", body: str | None = None) -> User:
    return make_user((Role.FOCAL_POINT, body, state))


def analyst() -> User:
    return make_user((Role.ANALYST, None, None))


def administrator() -> User:
    return make_user((Role.ADMINISTRATOR, None, None))


def soca_member() -> User:
    return make_user((Role.SOCA_MEMBER, None, None))


# --- calendar -------------------------------------------------------------------------------------------------------


def make_round(
    tool: str = "tool1",
    period: str | int = "2025",
    *,
    opens: datetime | None = None,
    due: datetime | None = None,
    closes: datetime | None = None,
) -> ReportingRound:
    """The round of this tool and period; made open now, due in 30 days, closing in 60, unless told or there already."""
    now = timezone.now()
    days = {
        "opens_at": opens or now - timedelta(days=30),
        "due_at": due or now + timedelta(days=30),
        "closes_at": closes or max(now + timedelta(days=60), due or now),
    }
    key = TimePeriod.parse(str(period)).key
    return ReportingRound.objects.get_or_create(tool=tool, period=key, defaults=days)[0]


def make_obligation(
    body: str | None = "SOMHD",
    *,
    state: str | None = None,
    tool: str = "",
    period: str | int = "2025",
    round_: ReportingRound | None = None,
    **fields: Any,
) -> Obligation:
    """What SOMHD owes in Tool 1 for 2025; with `state="VNM"` what Viet Nam owes in Tool 2."""
    round_ = round_ or make_round(tool or ("tool2" if state else "tool1"), period)
    owner = (
        {"state_area": Area.objects.get(code=state)} if state else {"body": SectoralBody.objects.get(code=body or "")}
    )
    return Obligation.objects.create(round=round_, **owner, **fields)


def again(obligation: Obligation) -> Obligation:
    """The obligation as it is stored now."""
    return Obligation.objects.select_related("round", "body", "state_area").get(pk=obligation.pk)


# --- Tool 1 ---------------------------------------------------------------------------------------------------------

PLAN: dict[str, Any] = {
    "activity_type": "workshop",
    "frequency": "one_off",
    "starts_on": "2025-02-01",
    "ends_on": "2025-12-31",
}
REPORT: dict[str, Any] = {
    "status": "ongoing",
    "percent_complete": 40,
    "achieved": "Two workshops were held.",
    "participants_female": 12,
}


def make_work_plan(body: str = "SOMHD", *, framework: str = "BP2025", first: int = 2016, last: int = 2025) -> WorkPlan:
    return WorkPlan.objects.get_or_create(
        body=SectoralBody.objects.get(code=body),
        title=f"{body} work plan",
        defaults={
            "framework": Framework.objects.get(code=framework),
            "first_year": first,
            "last_year": last,
        },
    )[0]


def make_activity(body: str = "SOMHD", title: str = "", **fields: Any) -> Activity:
    """An activity of 2025 whose plan is complete; nothing is reported about it."""
    plan = fields.pop("work_plan", None) or make_work_plan(body)
    columns = {
        **PLAN,
        "starts_on": date(2025, 2, 1),
        "ends_on": date(2025, 12, 31),
        "kras": [a_kra()],
        "title": title or fresh("Activity"),
        **fields,
    }
    return Activity.objects.create(work_plan=plan, body=plan.body, **columns)


def a_kra(framework: str = "BP2025") -> str:
    from adme.reference.models import FrameworkItem

    items = FrameworkItem.objects.filter(framework__code=framework, tier="kra", retired_at__isnull=True)
    return items.order_by("position").values_list("code", flat=True)[0]


def key_of(activity: Activity) -> str:
    return str(activity.public_id)


# --- acts -----------------------------------------------------------------------------------------------------------


def values_of(obligation: Obligation, key: str) -> dict[str, Any]:
    (record,) = tools.get(obligation.tool).records(again(obligation), keys=[key])
    return dict(record.values)


def tokens_now(obligation: Obligation, key: str) -> dict[str, str]:
    """What a page opened now would send with a save."""
    from adme.reporting.services.merging import tokens_of

    return tokens_of(tools.get(obligation.tool).catalogue, values_of(obligation, key))


def save(
    obligation: Obligation, key: str, raw: Mapping[str, Any], by: User, *, reason: str = "", **options: Any
) -> Saved:
    """A save by somebody who has just opened the page."""
    tokens = options.pop("tokens", None)
    return records.save_values(
        obligation_id=obligation.pk,
        key=key,
        raw=raw,
        tokens=tokens_now(obligation, key) if tokens is None else tokens,
        by=by,
        channel=options.pop("channel", FORM),
        reason=reason,
        **options,
    )


def act(obligation: Obligation, what: Act, by: User, *, reason: str = "", **options: Any) -> Obligation:
    """Perform an act, approvals and returns on the current revision."""
    if what in {Act.APPROVE, Act.RETURN} and "revision_id" not in options:
        options["revision_id"] = current(obligation).pk
    return workflow.perform(
        obligation_id=obligation.pk,
        act=what,
        by=by,
        idempotency_key=options.pop("idempotency_key", None) or fresh(),
        reason=reason,
        **options,
    )


def current(obligation: Obligation) -> Revision:
    return Revision.objects.filter(obligation=obligation).order_by("-number")[0]


def ready_report(obligation: Obligation, by: User, *, count: int = 1, **values: Any) -> list[str]:
    """Activities with everything that a submission asks for, saved by `by`; their keys."""
    keys = []
    for _ in range(count):
        key = key_of(make_activity(obligation.body.code if obligation.body else "SOMHD"))
        save(obligation, key, {**REPORT, **values}, by)
        keys.append(key)
    return keys


def submitted(obligation: Obligation, by: User, *, count: int = 1, **values: Any) -> list[str]:
    keys = ready_report(obligation, by, count=count, **values)
    act(obligation, Act.SUBMIT, by)
    return keys


def approved(obligation: Obligation, by: User, reviewer: User, *, count: int = 1, **values: Any) -> list[str]:
    keys = submitted(obligation, by, count=count, **values)
    act(obligation, Act.APPROVE, reviewer)
    return keys
