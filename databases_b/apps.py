from django.apps import AppConfig


class DatabasesBConfig(AppConfig):
    name = "databases_b"
    verbose_name = "Database B"
