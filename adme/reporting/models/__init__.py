"""Tables of reporting: calendar and obligations, revisions and what stands around them, notices, workbooks."""

from .calendar import ReportingRound, ReportingSchedule
from .history import Contribution, Publication, RecordChange, Revision, RevisionContent
from .notices import Notice
from .obligations import Obligation
from .talk import Comment, Evidence
from .workbooks import UploadRow, WorkbookTemplate

__all__ = [
    "Comment",
    "Contribution",
    "Evidence",
    "Notice",
    "Obligation",
    "Publication",
    "RecordChange",
    "ReportingRound",
    "ReportingSchedule",
    "Revision",
    "RevisionContent",
    "UploadRow",
    "WorkbookTemplate",
]
