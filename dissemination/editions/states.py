"""The words of editions: states of the work, what a state may reply, why a figure differs."""

from __future__ import annotations

from django.db import models


class EditionState(models.TextChoices):
    DRAFT = "draft", "Draft"
    REPLY = "reply", "Right of reply open"
    CLOSED = "closed", "Right of reply closed"
    PUBLISHED = "published", "Published"


class ReplyKind(models.TextChoices):
    CONFIRMED = "confirmed", "Confirmed"
    CORRECTED = "corrected", "Correction proposed"
    DISPUTED = "disputed", "Disputed"
    SILENT = "silent", "No reply"


class Outcome(models.TextChoices):
    """What became of a proposed correction."""

    OPEN = "open", "Being looked at"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"


class Cause(models.TextChoices):
    """Why a figure differs from the one before. Where several hold, the first in this order is told."""

    METHOD = "method", "Method changed"
    MEMBERSHIP = "membership", "Membership changed"
    SOURCE_REVISION = "source_revision", "Source revised its figure"
    CORRECTION = "correction", "Reported value corrected"
    LATE_REPORT = "late_report", "Report came later"
    NEW_PERIOD = "new_period", "New period"
    WITHDRAWN = "withdrawn", "Figure withdrawn"
    OTHER = "other", "Rules of coverage or status"
