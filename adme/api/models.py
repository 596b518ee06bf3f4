"""Personal API tokens, of which only a digest is stored, and the acts that were asked for with a key of one's own."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from .scopes import read_only


class ApiToken(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=80, help_text="What it is for, so that its owner knows which one to end.")
    digest = models.CharField(max_length=64, unique=True)
    prefix = models.CharField(max_length=8, help_text="First characters, to tell tokens apart in lists.")
    scopes = models.JSONField(default=read_only, help_text="Codes of adme.api.scopes.Scope: what it may be used for.")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    warned_at = models.DateTimeField(null=True, blank=True, help_text="When its owner was told that it ends soon.")

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}...)"


class DoneAct(models.Model):
    """An act that a program asked for with a key: asked again with the same key, it is not done again."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=64)
    act = models.CharField(max_length=200, help_text="What was done to what: 'apply import <id>'.")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="an_act_is_done_once_per_key")]

    def __str__(self) -> str:
        return f"{self.act} ({self.key})"
