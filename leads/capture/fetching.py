"""Meta tells that there is a lead and not who it is: who it is must be asked for, with a page token."""

import json
import time
from datetime import datetime, timedelta
from urllib.parse import quote

import structlog
from celery import current_app
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from common import outgoing
from leads.capture.accepting import wake
from leads.capture.platforms import ShapeError, meta_lead
from leads.capture.secrets import page_token
from leads.models import Submission

logger = structlog.get_logger(__name__)

State = Submission.State
TASK = "leads.tasks.fetch_captured"
FIRST_GAP, MOST_TRIES = timedelta(minutes=2), 8


class NotToldError(Exception):
    """Meta did not tell who it is. The text says why."""


def wake_asker() -> None:
    """Have a worker ask; without one, the schedule does within a minute."""
    current_app.send_task(TASK)


def fetch_waiting(*, now: datetime, seconds: float = 45) -> bool:
    """Ask for what is due at `now`, for some seconds at most; whether some is left."""
    until = time.monotonic() + seconds
    while post := _claim(now):
        _ask(post, now)
        if time.monotonic() > until:
            return True
    return False


@transaction.atomic
def _claim(now: datetime) -> Submission | None:
    """The post that has been due longest, held until its next try."""
    due = Submission.objects.filter(state=State.FETCHING, next_at__lte=now).order_by("next_at", "pk")
    post = due.select_for_update(skip_locked=True, no_key=True, of=("self",)).select_related("address").first()
    if post is not None:
        gap = FIRST_GAP * 2 ** min(post.attempts, MOST_TRIES)
        Submission.objects.filter(pk=post.pk).update(attempts=F("attempts") + 1, next_at=now + gap)
        post.attempts += 1
    return post


def _ask(post: Submission, now: datetime) -> None:
    # Whoever was slower than the gap finds the row in other hands.
    held = Submission.objects.filter(pk=post.pk, state=State.FETCHING, attempts=post.attempts)
    try:
        values, facts = _told(post)
    except NotToldError as error:
        if post.attempts >= MOST_TRIES:
            held.update(state=State.REFUSED, sentence=str(error)[:500], ended_at=now)
        else:
            held.update(sentence=str(error)[:500])
        return
    held.update(state=State.WAITING, values=values, facts=facts, sentence="", attempts=0, next_at=now)
    wake()


def _told(post: Submission) -> tuple[dict[str, str], dict[str, str]]:
    """The values and facts of the lead. Raises NotToldError."""
    token = page_token(post.address)
    if not token:
        raise NotToldError(_("No page token is kept here to ask Meta with. Enter it on the page of the address."))
    url = f"{settings.META_GRAPH_URL}/{quote(post.values['external_id'], safe='')}"
    try:
        # In a header: addresses end in logs.
        answer = outgoing.get(url, {"Authorization": f"Bearer {token}", "Accept": "application/json"})
    except (outgoing.AddressError, outgoing.UnreachableError) as error:
        raise NotToldError(_("Meta could not be asked: %(why)s") % {"why": error}) from error
    if not answer.taken:
        logger.warning("meta_refused", status=answer.status)
        said = _("Meta answered %(status)d when it was asked who this is. The page token may have ended.")
        raise NotToldError(said % {"status": answer.status})
    try:
        told = meta_lead(json.loads(answer.body), post.values["external_id"])
    except (ValueError, AttributeError, RecursionError, ShapeError) as error:
        raise NotToldError(_("What Meta answered can't be read.")) from error
    return {**post.values, **told.values}, {**post.facts, **told.facts}
