from datetime import UTC, datetime, timedelta

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "adme.api"
    verbose_name = "API"

    def ready(self) -> None:
        from adme.jobs import periodic

        periodic.register(
            "api.token_reminders",
            job="api.token_reminders",
            every=timedelta(days=1),
            starting=datetime(2026, 1, 1, 23, tzinfo=UTC),  # 06:00 in Jakarta
            title="Mails to owners of API tokens that end soon",
        )
