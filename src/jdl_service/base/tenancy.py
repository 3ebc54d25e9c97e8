"""Who gets which rows. Views take objects from nothing but `Model.objects.for_user(user)`; everything else looks like 404."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self, TypeVar

from django.db import models

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from jdl_service.accounts.models import User

Row = TypeVar("Row", bound=models.Model)


class TenantQuerySet(models.QuerySet[Row]):
    """Rows that belong to an organisation.

    Attributes:
        paths: from a row to the organisations that may see it, in Django's double underscores; empty: the row is one.
    """

    paths: ClassVar[tuple[str, ...]] = ()

    def for_user(self, user: User | AnonymousUser) -> Self:
        """The rows that this person may see: members their organisation's, the lab's people theirs, administrators none."""
        if not user.is_authenticated or not user.is_active or user.is_administrator:
            return self.none()
        if user.is_staff_of_lab:
            return self.for_lab(user)
        mine = models.Q()
        for path in self.paths:
            mine |= models.Q(**{f"{path}__memberships__user": user} if path else {"memberships__user": user})
        return self.filter(mine).distinct() if self.paths else self.none()

    def for_lab(self, user: User) -> Self:  # noqa: ARG002 -- some rows differ by role
        """The rows that analysts, reviewers and the head of profession may see."""
        return self.all()
