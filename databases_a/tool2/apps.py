from django.apps import AppConfig


class Tool2Config(AppConfig):
    name = "databases_a.tool2"
    label = "tool2"
    verbose_name = "Database A: Tool 2, follow-up to declarations"

    def ready(self) -> None:
        from adme.observations import registry
        from adme.reference import loading as reference_loading
        from adme.reporting import tools

        from .loading import load_declarations
        from .series import Tool2Source
        from .tool import Tool2

        reference_loading.register("declarations", load_declarations, after=["bodies", "code lists"])
        tools.register(Tool2())
        registry.register(Tool2Source())
