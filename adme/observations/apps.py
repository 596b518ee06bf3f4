from django.apps import AppConfig


class ObservationsConfig(AppConfig):
    name = "adme.observations"
    verbose_name = "Observations"
