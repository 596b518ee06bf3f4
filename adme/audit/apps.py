from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "adme.audit"
    verbose_name = "Audit"
