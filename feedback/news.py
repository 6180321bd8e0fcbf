"""The kinds of news that this room tells people."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from notices.kinds import Kind, Way


def _in_sales(person: User) -> bool:
    return person.in_sales


KINDS = (
    Kind("adjustment", _("An adjustment becomes yours"), _("%(n)d adjustments became yours")),
    Kind(
        "adjustment_due", _("An adjustment of yours is due or overdue"), _("%(n)d adjustments are due or overdue"),
        way=Way.DAILY,
    ),
    Kind(
        "adjustment_done", _("A reason of yours led to a change"), _("%(n)d changes answer reasons of yours"),
        way=Way.DAILY, who=_in_sales,
    ),
)  # fmt: skip
