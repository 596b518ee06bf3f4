from django.apps import AppConfig


class ReferenceConfig(AppConfig):
    name = "adme.reference"
    verbose_name = "Reference data"
