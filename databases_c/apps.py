from django.apps import AppConfig


class DatabaseCConfig(AppConfig):
    name = "databases_c"
    verbose_name = "Database C: administrative records"

    def ready(self) -> None:
        from adme.reference import loading as reference_loading
        from adme.reporting import tools

        from .loading import load_record_sets
        from .models import TOOL_PREFIX
        from .tool import FAMILY

        reference_loading.register("record sets", load_record_sets, after=["bodies", "code lists"])
        tools.register_family(TOOL_PREFIX, FAMILY)
        FAMILY.watch()
