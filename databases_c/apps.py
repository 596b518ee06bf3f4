from django.apps import AppConfig


class DatabaseCConfig(AppConfig):
    name = "databases_c"
    verbose_name = "Database C: administrative records"

    def ready(self) -> None:
        from adme.reporting import tools

        from .models import TOOL_PREFIX
        from .tool import FAMILY

        tools.register_family(TOOL_PREFIX, FAMILY)
        FAMILY.watch()
