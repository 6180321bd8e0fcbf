"""What marketing did in a campaign on a day, in one line."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import trail
from accounts.models import User
from campaigns.access import check_keeps_campaigns
from campaigns.checks import checked_text, refusal
from campaigns.ending import today
from campaigns.models import Activity, Campaign


@transaction.atomic
def log_activity(campaign: Campaign, *, by: User, what: str, on: date) -> Activity:
    """Something that marketing did in `campaign` on the day `on`.

    Raises DomainError: not_marketing, what_missing, text_too_long, in_future.
    """
    check_keeps_campaigns(by)
    if on > today(timezone.now()):
        raise refusal("in_future", "on", _("Write a day that is not in the future: this is what was done."))
    return Activity.objects.create(campaign=campaign, by=by, what=checked_text(what, "what", most=300), on=on)


@transaction.atomic
def remove_activity(activity: Activity, *, by: User) -> None:
    """Take a line away; the story of the campaign keeps what it said. One that is gone already stays so.

    Raises DomainError: not_marketing.
    """
    check_keeps_campaigns(by)
    found = Activity.objects.select_for_update().filter(pk=activity.pk).select_related("campaign").first()
    if found is None:
        return
    trail.note(found.campaign, trail.Act.CHANGED, by=by, changes={"activity": [f"{found.on} {found.what}", None]})
    found.delete()
