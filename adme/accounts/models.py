"""Users log in by e-mail. A user has assignments: a role, and for some roles a sectoral body or a Member State."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce, Lower

from adme.common.models import TimeStamped
from adme.reference.models import Area, SectoralBody


class Role(models.TextChoices):
    ME_OFFICER = "me_officer", "M&E officer"
    FOCAL_POINT = "focal_point", "National focal point"
    ANALYST = "analyst", "ASEC analyst"
    SOCA_MEMBER = "soca_member", "SOCA member"
    ADMINISTRATOR = "administrator", "ASEC administrator"


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **extra: Any) -> User:
        if not email:
            raise ValueError("A user needs an e-mail address.")
        user = self.model(email=self.normalize_email(email).lower(), **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **extra: Any) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **extra)

    def get_by_natural_key(self, email: str | None) -> User:
        return self.get(email__iexact=email)


class User(AbstractBaseUser, PermissionsMixin):
    email = models.EmailField(unique=True)
    full_name = models.CharField(max_length=150, blank=True)
    organisation = models.CharField(max_length=150, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False, help_text="May open the operators' admin.")
    is_demonstration = models.BooleanField(default=False, editable=False)
    date_joined = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        ordering = ["email"]
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_is_unique_whatever_the_case")]

    def __str__(self) -> str:
        return self.full_name or self.email

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name or self.email.split("@")[0]

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Django's admin asks this: who maintains reference data may do so there, without a second set of rights."""
        return super().has_perm(perm, obj) or (perm.startswith("reference.") and self._maintains_reference_data())

    def has_module_perms(self, app_label: str) -> bool:
        return super().has_module_perms(app_label) or (app_label == "reference" and self._maintains_reference_data())

    def _maintains_reference_data(self) -> bool:
        from .permissions import Permission, may

        return self.is_staff and may(self, Permission.REFERENCE_MANAGE)


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def held(self) -> AssignmentQuerySet:
        """Not ended."""
        return self.filter(ended_at__isnull=True)


class Assignment(TimeStamped):
    """One role of one user. M&E officers have a body; focal points a state, perhaps also a body; others neither."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="assignments")
    role = models.CharField(max_length=20, choices=Role)
    body = models.ForeignKey(SectoralBody, null=True, blank=True, on_delete=models.PROTECT)
    state = models.ForeignKey(Area, null=True, blank=True, on_delete=models.PROTECT)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["user_id", "id"]
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(role=Role.ME_OFFICER, body__isnull=False, state__isnull=True)
                    | Q(role=Role.FOCAL_POINT, state__isnull=False)
                    | (
                        Q(role__in=[Role.ANALYST, Role.SOCA_MEMBER, Role.ADMINISTRATOR])
                        & Q(body__isnull=True, state__isnull=True)
                    )
                ),
                name="assignment_scope_fits_its_role",
            ),
            models.UniqueConstraint(
                "user",
                "role",
                Coalesce("body", 0),
                Coalesce("state", 0),
                condition=Q(ended_at__isnull=True),
                name="assignment_is_held_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} ({self.scope})" if self.scope else self.get_role_display()

    @property
    def scope(self) -> str:
        """The state and body this role is held for, in words; empty for roles that have neither."""
        parts = [self.state.name if self.state else "", self.body.acronym if self.body else ""]
        return ", ".join(part for part in parts if part)
