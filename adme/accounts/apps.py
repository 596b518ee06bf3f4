from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "adme.accounts"
    verbose_name = "Accounts"

    def ready(self) -> None:
        from allauth.account.decorators import secure_admin_login
        from django.contrib import admin

        from . import signals  # noqa: F401

        # One way in: without this the admin's own login would skip rate limits and the second factor.
        admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
