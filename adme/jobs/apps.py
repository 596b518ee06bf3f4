from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "adme.jobs"
    verbose_name = "Jobs"
