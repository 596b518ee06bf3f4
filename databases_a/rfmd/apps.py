from django.apps import AppConfig


class RfmdConfig(AppConfig):
    name = "databases_a.rfmd"
    verbose_name = "Database A: Results Framework Monitoring Database"
