"""A post that was refused, or looks like spam: mended and tried again, or dismissed. Nothing of it goes away."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from campaigns.access import check_keeps_campaigns
from common.errors import DomainError
from leads.capture.accepting import wake
from leads.capture.fetching import wake_asker
from leads.capture.platforms import is_bare
from leads.capture.reading import NAMES, Told, check
from leads.capture.secrets import page_token
from leads.models import Submission


@transaction.atomic
def try_again(post: Submission, values: Mapping[str, str], *, by: User, at: datetime) -> Submission:
    """Take `post` in after all, with the texts of `values` in place of those that it brought; of one that says nothing
    of who it is Meta is asked again.

    Raises DomainError: not_marketing, ended, refused (which names the fields).
    """
    found = _locked(post, by)
    texts = {name: text.strip() for name, text in {**found.values, **values}.items() if name in NAMES}
    found.values = {name: text for name, text in texts.items() if text}
    check(Told(values=found.values, facts=found.facts), at=found.at)
    asks = is_bare(found.values) and bool(page_token(found.address))
    found.state = Submission.State.FETCHING if asks else Submission.State.WAITING
    found.sentence, found.ended_at, found.ended_by, found.attempts, found.next_at = "", None, by, 0, at
    found.save()
    transaction.on_commit(wake_asker if asks else wake, robust=True)
    return found


@transaction.atomic
def dismiss(post: Submission, *, by: User, at: datetime) -> Submission:
    """Make no lead of `post`. Raises DomainError: not_marketing, ended."""
    found = _locked(post, by)
    found.state, found.ended_at, found.ended_by = Submission.State.DISMISSED, at, by
    found.save(update_fields=["state", "ended_at", "ended_by"])
    return found


def _locked(post: Submission, by: User) -> Submission:
    check_keeps_campaigns(by)
    found = Submission.objects.select_related("address").select_for_update(of=("self",), no_key=True).get(pk=post.pk)
    if found.state not in Submission.STUCK:
        raise DomainError("ended", _("Somebody has seen to this post meanwhile."))
    return found
