from datetime import timedelta

from django.apps import AppConfig


class ProductsConfig(AppConfig):
    name = "dissemination.products"

    def ready(self) -> None:
        from adme.jobs import periodic

        periodic.register("products.clean", "products.clean", timedelta(days=1), title="Remove files past their time")
        from dissemination.editions import known_files

        from . import receivers  # noqa: F401 - connects them
        from .recognised import find

        known_files.register(find)
