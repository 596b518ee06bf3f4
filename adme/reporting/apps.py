from datetime import UTC, datetime, timedelta

from django.apps import AppConfig


class ReportingConfig(AppConfig):
    name = "adme.reporting"
    verbose_name = "Reporting: calendar, obligations, workflow"

    def ready(self) -> None:
        from adme.ingest import targets
        from adme.jobs import periodic
        from adme.reference import loading as reference_loading

        from .loading import load_schedules
        from .workbooks.target import ReportTarget

        targets.register(ReportTarget())
        reference_loading.register("reporting_schedules", load_schedules)
        periodic.register(
            "reporting.daily",
            job="reporting.daily",
            every=timedelta(days=1),
            starting=datetime(2026, 1, 1, 23, tzinfo=UTC),  # 06:00 in Jakarta
            title="Reporting calendar, reminders and digest",
        )
