"""One append-only table. Text keys and no foreign keys, so nothing that is deleted elsewhere can damage the trail.

Triggers of migration 0002 refuse UPDATE and DELETE of a row on PostgreSQL and SQLite. On SQLite a later migration that
alters this table rebuilds it and loses them: such a migration must create them again.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone


class AuditEventQuerySet(models.QuerySet["AuditEvent"]):
    def by(self, actor: str) -> AuditEventQuerySet:
        return self.filter(actor__icontains=actor)

    def on(self, target: str) -> AuditEventQuerySet:
        return self.filter(target=target)

    def between(self, first: datetime | None, before: datetime | None) -> AuditEventQuerySet:
        wanted = Q()
        if first:
            wanted &= Q(at__gte=first)
        if before:
            wanted &= Q(at__lt=before)
        return self.filter(wanted)


class AuditEvent(models.Model):
    sequence = models.PositiveBigIntegerField(unique=True, help_text="Place in the chain: 1, 2, 3, without a gap.")
    at = models.DateTimeField(default=timezone.now, db_index=True)
    actor = models.CharField(max_length=254, help_text="E-mail of the user, or 'system' or 'command'.")
    action = models.CharField(max_length=80, db_index=True, help_text="Dotted verb, such as 'assignment.added'.")
    target = models.CharField(max_length=200, blank=True, help_text="Kind and key, such as 'user:ana@example.org'.")
    before = models.JSONField(null=True, blank=True)
    after = models.JSONField(null=True, blank=True)
    reason = models.TextField(blank=True)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64, unique=True)

    objects: ClassVar[Any] = AuditEventQuerySet.as_manager()

    class Meta:
        ordering = ["-sequence"]
        indexes = [
            models.Index(fields=["target", "-sequence"], name="audit_by_target"),
            models.Index(fields=["actor", "-sequence"], name="audit_by_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor} {self.action} {self.target}"
