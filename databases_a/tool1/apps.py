from django.apps import AppConfig


class Tool1Config(AppConfig):
    name = "databases_a.tool1"
    label = "tool1"
    verbose_name = "Database A: Tool 1, work-plan implementation"

    def ready(self) -> None:
        from adme.observations import registry
        from adme.reporting import tools, vocabularies

        from .selectors.words import activity_vocabulary
        from .series import Tool1Source
        from .tool import Tool1

        tools.register(Tool1())
        registry.register(Tool1Source())
        vocabularies.register("activity", activity_vocabulary)
