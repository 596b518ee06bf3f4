"""What becomes of each made-up report: handed in when, returned or not, approved or left. Pure, from the seed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from random import Random

from .activities import LAST_REPORTED, SEED

RETURN_REASONS = (
    ("The outputs of two activities need a link to the document.", "evidence_missing"),
    ("Please explain what happens next with the delayed activities.", "explanation_missing"),
    ("The number of participants differs from the summary record; please check.", "figures"),
)


class Ending(StrEnum):
    APPROVED = "approved"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    DRAFTING = "drafting"
    NOTHING = "nothing"
    EXCUSED = "excused"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class Fate:
    """Moments in UTC. `returned_at` only where the report was sent back before it was approved, or ends returned."""

    ending: Ending
    drafted_at: datetime
    submitted_at: datetime
    returned_at: datetime | None
    decided_at: datetime
    reason: str
    reason_code: str


# How the last period stands, so that every standing can be seen. Reporters not named are approved.
LAST = {
    "SOMHD": Ending.RETURNED,
    "SOMSWD": Ending.DRAFTING,
    "SLOM": Ending.SUBMITTED,
    "SOMCA": Ending.SUBMITTED,
    "ACW": Ending.SUBMITTED,
    "SOMS": Ending.NOTHING,
    "SOMRI": Ending.EXCUSED,
    "IDN": Ending.RETURNED,
    "VNM": Ending.SUBMITTED,
    "LAO": Ending.DRAFTING,
    "MMR": Ending.NOTHING,
    "BRN": Ending.SUBMITTED,
    "TLS": Ending.NOT_APPLICABLE,
}
# Reports of earlier years that never came.
MISSING = {("SOMS", 2016), ("SOMRDPE", 2016), ("ACCSM", 2017), ("MMR", 2021), ("LAO", 2022)}


def fate_of(reporter: str, year: int, tool: str) -> Fate:
    random = Random(f"{SEED}/fate/{tool}/{reporter}/{year}")  # noqa: S311 - not a secret
    late = random.random() < 0.15
    day = random.randint(95, 170) if late else random.randint(15, 85)
    submitted = datetime(year + 1, 1, 1, 3, tzinfo=UTC) + timedelta(days=day, minutes=random.randint(0, 400))
    sentence, code = random.choice(RETURN_REASONS)
    ending = _ending(reporter, year)
    sent_back = ending == Ending.RETURNED or (ending == Ending.APPROVED and random.random() < 0.18)
    return Fate(
        ending=ending,
        drafted_at=submitted - timedelta(days=random.randint(2, 12)),
        submitted_at=submitted,
        returned_at=submitted + timedelta(days=random.randint(3, 9)) if sent_back else None,
        decided_at=submitted + timedelta(days=random.randint(16, 40)),
        reason=sentence,
        reason_code=code,
    )


def _ending(reporter: str, year: int) -> Ending:
    if (reporter, year) in MISSING:
        return Ending.NOTHING
    return LAST.get(reporter, Ending.APPROVED) if year == LAST_REPORTED else Ending.APPROVED
