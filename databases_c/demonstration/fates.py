"""What becomes of each made-up submission: which versions were sent and when, and how the report ended. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from random import Random

from adme.observations.periods import TimePeriod

from .rows import SEED

LAST_YEAR = 2025


class Ending(StrEnum):
    APPROVED = "approved"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    DRAFTING = "drafting"
    NOTHING = "nothing"
    EXCUSED = "excused"
    NIL = "nil"


class Sent(StrEnum):
    """One version of the records."""

    GOOD = "good"
    WITHOUT_COLUMN = "without_column"  # rejected: a column is missing
    MANY_REFUSED = "many_refused"  # rejected: too many records are wrong
    PARTLY = "partly"  # a few records are refused; the remarks say why
    SUSPICIOUS = "suspicious"  # a value that a rule asks about; it is right
    MISTAKEN = "mistaken"  # such a value that is wrong: the next version is mended


@dataclass(frozen=True, slots=True)
class Fate:
    """Moments in UTC. `returned_at` where the report was sent back before it was approved, or ends returned.
    `is_revised`: reopened after the approval, and approved once more."""

    ending: Ending
    versions: tuple[Sent, ...]
    sent_at: datetime
    returned_at: datetime | None
    decided_at: datetime
    reason: str
    reason_code: str
    by_form: bool
    is_revised: bool = False


RETURN_REASONS = (
    ("The number of records is far from that of the ministry's yearbook; please check.", "figures"),
    ("Please say in the remarks which offices are not in the file.", "explanation_missing"),
)
# (versions, how often)
WAYS: tuple[tuple[tuple[Sent, ...], int], ...] = (
    ((Sent.GOOD,), 66),
    ((Sent.MANY_REFUSED, Sent.GOOD), 7),
    ((Sent.WITHOUT_COLUMN, Sent.GOOD), 4),
    ((Sent.PARTLY,), 7),
    ((Sent.SUSPICIOUS,), 10),
    ((Sent.MISTAKEN, Sent.GOOD), 4),
    ((Sent.WITHOUT_COLUMN, Sent.MANY_REFUSED, Sent.GOOD), 2),
)
# Reports of the last period that stand otherwise, so that every standing can be seen.
LAST: dict[tuple[str, str], Ending] = {
    ("student-exchanges", "VNM"): Ending.SUBMITTED,
    ("labour-inspections", "IDN"): Ending.SUBMITTED,
    ("museums", "THA"): Ending.SUBMITTED,
    ("clinics", "VNM"): Ending.RETURNED,
    ("sports-participation", "IDN"): Ending.RETURNED,
    ("heritage-sites", "IDN"): Ending.DRAFTING,
    ("child-protection-cases", "VNM"): Ending.DRAFTING,
}
# Reopened after their approval, sent anew, and approved once more.
REVISED = frozenset({("shelter-capacity", "VNM"), ("school-facilities", "IDN"), ("film-awards", "THA")})
# States whose reports often do not come, in percent of the reports of a period that is over.
OFTEN_MISSING = {"MMR": 30, "LAO": 9, "TLS": 35}
USUALLY_MISSING, MISSING_IN_LAST_YEAR, EXCUSED = 3, 16, 3
LATE, RETURNED_ONCE, BY_FORM = 15, 8, 12


def fate_of(set_code: str, state: str, period: TimePeriod, *, is_last: bool, is_nil: bool) -> Fate:
    """`is_nil`: this state has nothing to report of the set."""
    random = Random(f"{SEED}/fate/{set_code}/{state}/{period}")  # noqa: S311 - not a secret
    late = random.random() * 100 < LATE
    after = timedelta(days=random.randint(95, 170) if late else random.randint(15, 82), minutes=random.randint(0, 400))
    day = period.last_day + timedelta(days=1)
    sent_at = datetime(day.year, day.month, day.day, 2, tzinfo=UTC) + after
    ending = _ending(random, set_code, state, period, is_last=is_last, is_nil=is_nil)
    versions = random.choices([way for way, _ in WAYS], [often for _, often in WAYS])[0]
    sent_back = ending == Ending.RETURNED or (ending == Ending.APPROVED and random.random() * 100 < RETURNED_ONCE)
    sentence, code = random.choice(RETURN_REASONS)
    by_form = random.random() * 100 < BY_FORM
    return Fate(
        ending=ending,
        versions=versions,
        sent_at=sent_at,
        returned_at=sent_at + timedelta(days=random.randint(3, 9)) if sent_back else None,
        decided_at=sent_at + timedelta(days=random.randint(14, 38)),
        reason=sentence,
        reason_code=code,
        by_form=by_form,
        is_revised=is_last and (set_code, state) in REVISED,
    )


def _ending(random: Random, set_code: str, state: str, period: TimePeriod, *, is_last: bool, is_nil: bool) -> Ending:
    chance = random.random() * 100
    if is_last and (set_code, state) in LAST:
        return LAST[set_code, state]
    if is_last and (set_code, state) in REVISED:
        return Ending.APPROVED
    missing = OFTEN_MISSING.get(state, USUALLY_MISSING)
    if period.year == LAST_YEAR:
        missing += MISSING_IN_LAST_YEAR
    if chance < missing:
        return Ending.NOTHING
    if chance < missing + EXCUSED:
        return Ending.EXCUSED
    return Ending.NIL if is_nil else Ending.APPROVED
