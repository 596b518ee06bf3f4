"""The first administrator of a new installation; later ones are made in the application."""

from __future__ import annotations

import getpass
import sys
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from adme.accounts import services
from adme.accounts.errors import AlreadyAssigned
from adme.accounts.models import Role, User
from adme.common.commands import AdmeCommand


class Command(AdmeCommand):
    help = "Make a user an ASEC administrator. A new user's password is asked for, or read from standard input."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)  # type: ignore[arg-type]
        parser.add_argument("email")
        parser.add_argument("--name", default="", help="Name shown in the application.")
        parser.add_argument("--password-stdin", action="store_true", help="Read the password from standard input.")

    def handle(self, *args: Any, email: str, name: str, password_stdin: bool, **options: Any) -> None:
        try:
            validate_email(email)
        except ValidationError:
            self.refuse(f"{email} is not an e-mail address.")
        user = User.objects.filter(email__iexact=email).first()
        self.say(f"{'Existing' if user else 'New'} user {email.lower()}: gets the role {Role.ADMINISTRATOR.label}.")
        if self.apply:
            password = "" if user else self._password(email, from_stdin=password_stdin)
            self._make(user, email, name, password)
        self.close({"email": email.lower(), "new": user is None})

    def _password(self, email: str, *, from_stdin: bool) -> str:
        password = sys.stdin.readline().rstrip("\n") if from_stdin else getpass.getpass("Password: ")
        try:
            validate_password(password, User(email=email))
        except ValidationError as error:
            self.refuse(" ".join(error.messages))
        return password

    @transaction.atomic
    def _make(self, user: User | None, email: str, name: str, password: str) -> None:
        if user is None:
            user = services.create_user(email=email, full_name=name, by=None)
            user.set_password(password)
            user.save(update_fields=["password"])
        try:
            services.add_assignment(user=user, role=Role.ADMINISTRATOR, by=None)
        except AlreadyAssigned:
            self.say("The user has the role already.")
