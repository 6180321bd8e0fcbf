"""Who keeps campaigns: what is undertaken, what it costs, what was done."""

from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import DomainError


def keeps_campaigns(user: User) -> bool:
    """Whether `user` may write campaigns, their costs and activities: marketing with its managers, and admins."""
    return user.is_active and (user.is_staff or not user.in_sales)


def check_keeps_campaigns(user: User) -> None:
    """Raise DomainError `not_marketing` where `user` may not write campaigns."""
    if not keeps_campaigns(user):
        raise DomainError("not_marketing", _("Campaigns are kept by marketing."))
