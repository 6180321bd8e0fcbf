"""The kinds of news that this room tells people."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from campaigns.access import keeps_campaigns
from notices.kinds import Kind


def _in_sales(person: User) -> bool:
    return person.in_sales


KINDS = (
    Kind(
        "partner_asked", _("A campaign asks you to be its sales partner"),
        _("%(n)d campaigns ask you to be their sales partner"), who=_in_sales,
    ),
    Kind(
        "partner_answered", _("A sales partner of your campaigns answers"),
        _("%(n)d answers of sales partners of your campaigns"), who=keeps_campaigns,
    ),
)  # fmt: skip
