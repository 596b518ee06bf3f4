from django.apps import AppConfig


class IngestConfig(AppConfig):
    name = "adme.ingest"
    verbose_name = "Imports"
