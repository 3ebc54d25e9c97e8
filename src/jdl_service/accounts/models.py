"""Somebody who logs in, by e-mail address; and how often something was tried."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import CheckConstraint, Q
from django.db.models.functions import Lower

from jdl_service import clock

# Roles in the lab by the field that gives them; the names are those of the core's table of releases.
LAB_ROLES = ("analyst", "reviewer", "head_of_profession")


class UserManager(BaseUserManager["User"]):
    """Makes people."""

    def create_user(self, email: str, password: str | None = None, *, name: str = "", roles: tuple[str, ...] = ()) -> User:
        """A person with a password and roles; with no password, one who has to set it first."""
        given = {f"is_{role}": True for role in roles}
        user = self.model(email=email.strip().lower(), name=name, **given)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        """The person of an address, however it is capitalised."""
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """Somebody who logs in. The address never changes: it is the name under which the audit and the releases know a person.

    Attributes:
        email: in small letters.
        name: as colleagues see it.
        is_analyst: runs analyses.
        is_reviewer: checks those of others.
        is_head_of_profession: signs off, schedules, postpones, withdraws.
        is_administrator: accounts and settings, and nothing else: sees no cohort and no figure.
    """

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200, blank=True)
    is_active = models.BooleanField(default=True)
    is_analyst = models.BooleanField(default=False)
    is_reviewer = models.BooleanField(default=False)
    is_head_of_profession = models.BooleanField(default=False)
    is_administrator = models.BooleanField(default=False)
    joined = models.DateTimeField(default=clock.now)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            CheckConstraint(condition=Q(email=Lower("email")), name="user_email_in_small_letters"),
            CheckConstraint(
                condition=Q(is_administrator=False) | Q(is_analyst=False, is_reviewer=False, is_head_of_profession=False),
                name="user_administrator_has_no_other_role",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def roles(self) -> frozenset[str]:
        """Roles in the lab."""
        return frozenset(role for role in LAB_ROLES if getattr(self, f"is_{role}"))

    @property
    def is_staff_of_lab(self) -> bool:
        """Whether this is one of the lab's analysts, reviewers or heads of profession."""
        return bool(self.roles)

    @property
    def needs_second_factor(self) -> bool:
        """Everybody who works for the lab, and everybody who can upload: whoever belongs to an organisation."""
        return self.is_staff_of_lab or self.is_administrator or self.memberships.exists()

    def natural_key(self) -> tuple[str]:
        """The address."""
        return (self.email,)


class Tally(models.Model):
    """What Django's cache of the database keeps: how often something was tried, for every web process alike.

    Attributes:
        cache_key: what, and by whom or from where, as a code that tells nobody.
        value: when it was tried.
        expires: when that counts no more.
    """

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.cache_key
