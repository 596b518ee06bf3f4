from django.apps import AppConfig


class DatabaseCConfig(AppConfig):
    name = "databases_c"
    verbose_name = "Database C: administrative records"

    def ready(self) -> None:
        from adme.ingest import targets
        from adme.observations import registry
        from adme.observations.signals import series_changed
        from adme.reference import loading as reference_loading
        from adme.reporting import tools

        from .concept_loading import load_concepts
        from .loading import load_record_sets
        from .models import TOOL_PREFIX
        from .receivers import queue_where_divided
        from .series import RecordsSource
        from .target import RecordsTarget
        from .tool import FAMILY

        reference_loading.register("record sets", load_record_sets, after=["bodies", "code lists"])
        reference_loading.register("concepts", load_concepts, after=["record sets", "code lists"])
        tools.register_family(TOOL_PREFIX, FAMILY)
        targets.register(RecordsTarget())
        FAMILY.watch()
        registry.register(RecordsSource())
        series_changed.connect(queue_where_divided, dispatch_uid="databases_c.queue_where_divided")
