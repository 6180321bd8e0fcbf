"""The kinds of news that this room tells people."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from notices.kinds import Kind, Way


def _in_sales(person: User) -> bool:
    return person.in_sales


def _manages(person: User) -> bool:
    return person.is_manager


KINDS = (
    Kind(
        "handed_off", _("A new lead is yours"), _("%(n)d times new leads became yours"), way=Way.DAILY, for_teams=True,
        who=_in_sales,
    ),
    Kind(
        "reassigned", _("A colleague's lead becomes yours"), _("%(n)d times leads became yours"), for_teams=True,
        who=_in_sales,
    ),
    Kind(
        "at_risk", _("An answer is nearly due"), _("%(n)d answers are nearly due"), way=Way.DAILY, for_teams=True,
        who=_in_sales,
    ),
    Kind("breached", _("An answer is late"), _("%(n)d answers are late"), for_teams=True),
    Kind(
        "escalated", _("An answer is two days late"), _("%(n)d answers are two days late"), for_teams=True,
        who=_in_sales,
    ),
    Kind(
        "pulled_back", _("Marketing pulls a lead of yours back"), _("%(n)d leads of yours were pulled back"),
        for_teams=True, who=_in_sales,
    ),
    Kind("woken", _("Leads of your campaigns wake up"), _("%(n)d times leads of yours woke up"), way=Way.DAILY),
    Kind("export", _("A file that you asked for is ready"), _("%(n)d files that you asked for are ready")),
    Kind("definition", _("Your signature is asked for"), _("Your signature is asked for %(n)d times"), who=_manages),
)  # fmt: skip
