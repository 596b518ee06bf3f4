from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "adme.accounts"
    verbose_name = "Accounts"
