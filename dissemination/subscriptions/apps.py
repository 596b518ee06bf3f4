"""Watches, notices of what changed, feeds and webhooks."""

from datetime import UTC, datetime, timedelta

from django.apps import AppConfig

DAILY_JOB = "subscriptions.daily"


class SubscriptionsConfig(AppConfig):
    name = "dissemination.subscriptions"

    def ready(self) -> None:
        from adme.jobs import periodic

        from . import receivers  # noqa: F401 - connects them

        periodic.register(
            DAILY_JOB,
            DAILY_JOB,
            timedelta(days=1),
            starting=datetime(2026, 1, 1, 23, tzinfo=UTC),  # 06:00 in Jakarta
            title="Digest of what people watch",
        )
