from django.apps import AppConfig
from django.db.backends.signals import connection_created


class AuditConfig(AppConfig):
    name = "adme.audit"
    verbose_name = "Audit"

    def ready(self) -> None:
        from .flush import teach_connection

        connection_created.connect(teach_connection, dispatch_uid="adme.audit.flush")
