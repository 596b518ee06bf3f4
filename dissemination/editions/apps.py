"""Meeting editions."""

from datetime import timedelta

from django.apps import AppConfig

KEEP_JOB = "editions.keep"


class EditionsConfig(AppConfig):
    name = "dissemination.editions"

    def ready(self) -> None:
        from adme.jobs import periodic

        # What readers see does not wait for it: an embargo ends by the clock. It only tells that it has ended.
        periodic.register(KEEP_JOB, KEEP_JOB, timedelta(minutes=5), title="Editions: deadlines and embargoes")
