from django.apps import AppConfig


class ReferenceConfig(AppConfig):
    name = "adme.reference"
    verbose_name = "Reference data"

    def ready(self) -> None:
        from . import area_loaders, loaders
        from .loading import register

        register("framework", loaders.load_framework)
        register("areas", area_loaders.load_areas)
        register("bodies", loaders.load_bodies)
        register("issues", loaders.load_issues)
        register("code lists", loaders.load_code_lists)
