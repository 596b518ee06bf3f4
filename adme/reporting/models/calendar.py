"""The reporting calendar: schedules are rules, rounds are the periods they make. All days end in Jakarta."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from adme.common.models import TimeStamped
from adme.reference.models import Kept


class Frequency(models.TextChoices):
    """Letters of SDMX CL_FREQ."""

    ANNUAL = "A", "Every year"
    HALF_YEAR = "S", "Every half-year"
    QUARTER = "Q", "Every quarter"


class ReportingSchedule(Kept):
    """From which period on a tool is reported, how often, and the days that go with each period.

    Days are counted from the first day (opens) and the last day (due, closes) of the period; a deadline is the end of
    its day in Asia/Jakarta.
    """

    tool = models.CharField(max_length=40, help_text="Registered reporting tool, such as 'tool1'.")
    frequency = models.CharField(max_length=1, choices=Frequency)
    first_period = models.CharField(max_length=8, help_text="Such as 2026, 2026-S1 or 2026-Q1.")
    last_period = models.CharField(max_length=8, blank=True, help_text="Blank while the schedule goes on.")
    opens_after_start = models.SmallIntegerField(default=0, help_text="Days after the first day of the period.")
    due_after_end = models.SmallIntegerField(default=90, help_text="Days after the last day of the period.")
    closes_after_end = models.SmallIntegerField(default=365, help_text="Days after the last day of the period.")

    class Meta:
        ordering = ["tool", "first_period"]
        constraints = [
            models.UniqueConstraint(fields=["tool", "first_period"], name="schedule_begins_once_for_a_tool"),
            models.CheckConstraint(
                condition=Q(closes_after_end__gte=F("due_after_end")), name="schedule_closes_after_it_is_due"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tool} {self.get_frequency_display().lower()} from {self.first_period}"


class ReportingRound(TimeStamped):
    """One period of one tool, with its three days in UTC."""

    tool = models.CharField(max_length=40)
    schedule = models.ForeignKey(
        ReportingSchedule, null=True, blank=True, on_delete=models.PROTECT, related_name="rounds"
    )
    period = models.IntegerField(help_text="TimePeriod.key: 2025000 for 2025, 2025101 for 2025-S1.")
    opens_at = models.DateTimeField()
    due_at = models.DateTimeField()
    closes_at = models.DateTimeField()

    class Meta:
        ordering = ["-period", "tool"]
        constraints = [
            models.UniqueConstraint(fields=["tool", "period"], name="round_is_one_per_tool_and_period"),
            models.CheckConstraint(
                condition=Q(due_at__gt=F("opens_at"), closes_at__gte=F("due_at")), name="round_opens_is_due_then_closes"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tool} {self.period_label}"

    @property
    def period_label(self) -> str:
        from adme.observations.periods import TimePeriod

        return str(TimePeriod.from_key(self.period))
