"""What the versions of a layout and of a recipe have in common."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from adme.common.models import TimeStamped


class Version(TimeStamped):
    """A draft may change; what is in force never does, and what was superseded stays readable."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        IN_FORCE = "in_force", "In force"
        SUPERSEDED = "superseded", "Superseded"

    number = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=State, default=State.DRAFT)
    note = models.TextField(blank=True, help_text="What changed, and why.")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    adopted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    adopted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True
