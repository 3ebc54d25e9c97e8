"""Who may act on a release: the role that the core's table asks for, held by a person of the lab."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jdl_service.base.errors import NotYours
from justice_data_lab.publication.release import Person

if TYPE_CHECKING:
    from jdl_service.accounts.models import User
    from justice_data_lab.publication.states import Role


def as_role(user: User, role: Role) -> Person:
    """Somebody as the core knows people: by address and role.

    Raises:
        NotYours: this person does not have the role.
    """
    if role not in user.roles:
        message = f"This is for the {role.replace('_', ' ')}."
        raise NotYours(message)
    return Person(name=user.email, role=role)


def for_action(user: User, roles: tuple[str, ...]) -> Person:
    """Somebody in the first of the roles, as the table asks for them, that this person has.

    Raises:
        NotYours: this person has none of them.
    """
    wanted: tuple[Role, ...] = ("analyst", "reviewer", "head_of_profession")
    for role in wanted:
        if role in user.roles and (role in roles or "lab" in roles):
            return Person(name=user.email, role=role)
    message = f"This is for the {' or the '.join(roles).replace('_', ' ')}."
    raise NotYours(message)
