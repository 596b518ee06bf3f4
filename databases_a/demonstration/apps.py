from django.apps import AppConfig


class DemonstrationConfig(AppConfig):
    name = "databases_a.demonstration"
    label = "demonstration"
    verbose_name = "Made-up reports of the demonstration"
