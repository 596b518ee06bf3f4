"""Start of Database B: what it publishes and imports is put into the shared registries."""

from django.apps import AppConfig


class DatabasesBConfig(AppConfig):
    name = "databases_b"
    verbose_name = "Database B"

    def ready(self) -> None:
        from adme.ingest import targets
        from adme.observations import registry
        from adme.reference import loading

        from .datasets import load_datasets
        from .importing.target import ObservationsTarget
        from .series import DatabaseBSource

        loading.register("datasets", load_datasets)
        registry.register(DatabaseBSource())
        targets.register(ObservationsTarget())
