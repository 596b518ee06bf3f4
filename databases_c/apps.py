from django.apps import AppConfig


class DatabaseCConfig(AppConfig):
    name = "databases_c"
    verbose_name = "Database C: administrative records"
