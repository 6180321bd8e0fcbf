"""Who prepares and holds the joint review. Everybody reads it."""

from django.utils.translation import gettext as _

from accounts.access import check_may_set, may_set
from accounts.models import User
from common.errors import DomainError


def may_review(user: User) -> bool:
    """Managers of both sides and admins write goals, decisions and the plan; all others read them."""
    return may_set(user)


def check_may_review(user: User) -> None:
    """Raise DomainError `not_yours` where `user` only reads the review."""
    check_may_set(user)


def may_sign(user: User) -> bool:
    """A manager signs, each for their own side; admins keep the house and sign nothing."""
    return user.is_active and user.is_manager and not user.is_staff


def check_may_sign(user: User) -> None:
    """Raise DomainError `not_yours` where `user` does not sign."""
    if not may_sign(user):
        raise DomainError("not_yours", _("A manager signs, each for their own side. Admins sign nothing."))
