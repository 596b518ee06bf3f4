"""What the page of one finding shows. Four statements and those of the report's head."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from adme.accounts.models import User
from adme.reporting import access as reporting
from adme.reporting.models import Comment, Obligation
from adme.reporting.pages.reports import Head, head
from adme.reporting.services.talk import LONGEST_COMMENT

from .. import access
from ..models import Finding, FindingComment
from ..services.findings import LONGEST_PLACE, place_of
from .submissions import FindingRow, finding_row

MOST_TYPED = LONGEST_COMMENT - LONGEST_PLACE


@dataclass(frozen=True, slots=True)
class FindingPage:
    """`row.seen` and `row.record` are blank for who may not see records."""

    head: Head
    row: FindingRow
    place: str
    sees_rows: bool
    comments: list[Comment]
    may_talk: bool
    back: str
    longest: int = MOST_TYPED


def finding_page(user: User, obligation: Obligation, finding: Finding) -> FindingPage:
    submission = finding.submission
    sees = access.may_see_rows_of(user, obligation)
    own = reverse("submission_version", args=[obligation.public_id, submission.number])
    talk = FindingComment.objects.filter(finding=finding).select_related("comment__by", "comment__resolved_by")
    place = place_of(finding)
    return FindingPage(
        head=head(
            user,
            obligation,
            ("Records", reverse("submission", args=[obligation.public_id])),
            (f"Version {submission.number}", own),
            (place.partition(", ")[2] or "Finding", ""),
        ),
        row=finding_row(finding, submission.version.read_layout(), sees=sees),
        place=place,
        sees_rows=sees,
        comments=[one.comment for one in talk.order_by("comment")],
        may_talk=reporting.may_edit(user, obligation)
        and (reporting.is_reporter(user, obligation) or reporting.is_reviewer(user)),
        back=f"{own}#findings",
    )
