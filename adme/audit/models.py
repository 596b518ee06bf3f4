"""One append-only table. Text keys and no foreign keys, so nothing that is deleted elsewhere can damage the trail."""

from django.db import models


class AuditEvent(models.Model):
    at = models.DateTimeField(auto_now_add=True, db_index=True)
    actor = models.CharField(max_length=254, help_text="E-mail of the user, or 'system' or 'command'.")
    action = models.CharField(max_length=80, db_index=True, help_text="Dotted verb, such as 'assignment.added'.")
    target = models.CharField(max_length=200, blank=True, help_text="Kind and key, such as 'user:ana@example.org'.")
    before = models.JSONField(null=True, blank=True)
    after = models.JSONField(null=True, blank=True)
    reason = models.TextField(blank=True)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor} {self.action} {self.target}"
