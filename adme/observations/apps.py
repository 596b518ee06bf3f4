from typing import Any

from django.apps import AppConfig


class ObservationsConfig(AppConfig):
    name = "adme.observations"
    verbose_name = "Observations"

    def ready(self) -> None:
        from adme.reference.signals import reference_changed

        reference_changed.connect(_names_changed, dispatch_uid="observations.data_version")


def _names_changed(**kwargs: Any) -> None:
    """Pages show names and memberships, so a change of reference data is a new version of what they show."""
    from .services import bump_data_version

    bump_data_version()
