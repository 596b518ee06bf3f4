from django.apps import AppConfig


class CommonConfig(AppConfig):
    name = "adme.common"
    verbose_name = "ADME common"

    def ready(self) -> None:
        from . import checks  # noqa: F401
