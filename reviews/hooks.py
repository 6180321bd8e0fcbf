"""What other programs are told of the joint review: a quarter that both sides signed."""

from collections.abc import Sequence
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from accounts.quarters import quarter_named
from notices import events
from notices.events import Fact, Kind, Told
from notices.messages import absolute
from notices.models import Delivery
from reviews.api import ReviewTold
from reviews.models import Review
from reviews.telling import told

SIGNED = "review.signed"


def announce(review: Review) -> None:
    """Announce that `review` is signed."""
    events.announce(SIGNED, [Fact(f"review:{review.quarter}", review.version)])


def _signed(deliveries: Sequence[Delivery]) -> dict[UUID, Told]:
    return {one.pk: _told(one.subject.removeprefix("review:")) for one in deliveries}


def _told(key: str) -> Told:
    """A signed review as the API tells it; its campaigns, which may be thousands, stand there alone."""

    data = {
        name: value for name, value in ReviewTold(told(key, now=timezone.now())).data.items() if name != "campaigns"
    }
    review = Review(quarter=key)
    title = _("%(quarter)s is signed by both sides") % {"quarter": quarter_named(key).label}
    return Told({"review": data, "url": absolute(review.get_absolute_url())}, title, review.get_absolute_url())


EVENTS = (Kind(SIGNED, __("A quarter is signed"), __("%(n)d quarters were signed"), "/reviews/", _signed),)
