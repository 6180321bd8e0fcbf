"""Who prepares and holds the joint review. Everybody reads it."""

from accounts.access import check_may_set, may_set
from accounts.models import User


def may_review(user: User) -> bool:
    """Managers of both sides and admins write goals, decisions and the plan; all others read them."""
    return may_set(user)


def check_may_review(user: User) -> None:
    """Raise DomainError `not_yours` where `user` only reads the review."""
    check_may_set(user)
