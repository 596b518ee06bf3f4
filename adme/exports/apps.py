from django.apps import AppConfig


class ExportsConfig(AppConfig):
    name = "adme.exports"
    verbose_name = "Exports"
