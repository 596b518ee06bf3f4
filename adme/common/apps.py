from django.apps import AppConfig


class CommonConfig(AppConfig):
    name = "adme.common"
    verbose_name = "ADME common"
