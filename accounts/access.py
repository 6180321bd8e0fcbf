"""Who may change what holds for everybody, and for one person."""

from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import DomainError


def may_set(user: User) -> bool:
    """Managers of both sides and admins change what holds for everybody; all others read it."""
    return user.is_active and (user.is_manager or user.is_staff)


def check_may_set(user: User) -> None:
    """Raise DomainError `not_yours` where `user` may not change what holds for everybody."""
    if not may_set(user):
        raise DomainError("not_yours", _("Managers of both sides and admins change this."))


def manages(user: User, person: User) -> bool:
    """A manager manages the people of their own side, an admin everybody."""
    return user.is_active and (user.is_staff or (user.is_manager and user.side == person.side))


def check_manages(user: User, person: User) -> None:
    """Raise DomainError `not_yours` where `user` does not manage `person`."""
    if not manages(user, person):
        raise DomainError("not_yours", _("Managers of the person's side and admins change this."))


def check_may_plan(user: User, person: User) -> None:
    """Everybody plans their own absences, a manager those of the side. Raises DomainError `not_yours`."""
    if not user.is_active or user.pk != person.pk:
        check_manages(user, person)
