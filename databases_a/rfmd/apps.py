from django.apps import AppConfig


class RfmdConfig(AppConfig):
    name = "databases_a.rfmd"
    verbose_name = "Database A: Results Framework Monitoring Database"

    def ready(self) -> None:
        from adme.observations import registry, uses
        from adme.observations.signals import series_changed
        from adme.reference import loading as reference_loading
        from adme.reference.signals import reference_changed
        from adme.reporting import vocabularies

        from .loading import load_kpis
        from .receivers import queue_affected_leaves, queue_all_leaves
        from .recipe_loading import load_recipes
        from .series import SurveySource
        from .uses import leaves_that_read
        from .vocabulary import kpi_vocabulary

        reference_loading.register("kpis", load_kpis, after=["framework"])
        reference_loading.register("recipes", load_recipes, after=["kpis", "code lists"])
        registry.register(SurveySource())
        vocabularies.register("kpi", kpi_vocabulary)
        uses.register("rfmd", leaves_that_read)
        series_changed.connect(queue_affected_leaves, dispatch_uid="rfmd.queue_affected_leaves")
        reference_changed.connect(queue_all_leaves, dispatch_uid="rfmd.queue_all_leaves")
