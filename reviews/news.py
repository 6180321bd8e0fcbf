"""The kinds of news that this room tells people."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from accounts.models import User
from accounts.quarters import quarter_named
from notices.kinds import Kind, Way
from notices.telling import Notice
from reviews.models import Review

SIGNED, ASKED = "review.signed", "review.frozen"


def _manages(person: User) -> bool:
    return person.is_manager


KINDS = (
    Kind(SIGNED, __("A quarter is signed"), __("%(n)d quarters were signed"), way=Way.DAILY, for_teams=True),
    Kind(ASKED, __("A quarter waits for your signature"), __("%(n)d quarters wait for your signature"), who=_manages),
)


def asked_to_sign(review: Review, by: User) -> Iterator[Notice]:
    """To the managers of the other side: the figures are frozen and wait for them."""
    title = _("%(who)s signed %(quarter)s. Your signature is next") % {"who": by, "quarter": _label(review)}
    people = User.objects.filter(is_active=True, is_manager=True, is_staff=False).exclude(side=by.side)
    for person in people:
        key = f"review:{review.quarter}:{review.version}"
        yield Notice(person.pk, ASKED, key, title, f"{review.get_absolute_url()}#sign")


def signed_by_both(review: Review) -> Iterator[Notice]:
    """To everybody on both sides."""
    title = _("%(quarter)s is signed by both sides") % {"quarter": _label(review)}
    for pk in User.objects.filter(is_active=True).values_list("pk", flat=True):
        yield Notice(pk, SIGNED, f"review:{review.quarter}:signed", title, review.get_absolute_url())


def _label(review: Review) -> str:
    return quarter_named(review.quarter).label
