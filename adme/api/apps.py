from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "adme.api"
    verbose_name = "API"
