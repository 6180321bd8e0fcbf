"""Delivering what is due in the outbox, by mail and by webhook."""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.utils.translation import gettext as _

from accounts import company
from notices import outbox, webhooks
from notices.kinds import DAILY, Way
from notices.mailing import Mailbox, mail_of
from notices.messages import NotWantedError, message_of
from notices.models import Delivery
from notices.refusals import NotNowError, RefusedError, WayClosedError
from notices.wishes import way_of

logger = structlog.get_logger(__name__)


@dataclass
class Delivered:
    """How many were sent, put off and given up; `left` where time was up before the work was done."""

    sent: int = 0
    put_off: int = 0
    given_up: int = 0
    left: bool = False


def deliver(*, now: datetime, seconds: float = 45) -> Delivered:
    """Deliver what is due at `now`, for some seconds at most. Safe beside others and when killed:
    a delivery that was claimed and not marked is tried again when its lease is over."""
    done = Delivered(given_up=outbox.give_up_old(now=now))
    until = time.monotonic() + seconds
    with company.held(), Mailbox() as mailbox:
        while delivery := outbox.claim(now):
            _deliver_one(delivery, mailbox, now, done)
            if time.monotonic() > until:
                done.left = True
                break
    return done


def _deliver_one(delivery: Delivery, mailbox: Mailbox, now: datetime, done: Delivered) -> None:
    try:
        _send(delivery, mailbox, now)
    except (NotWantedError, RefusedError) as error:
        outbox.give_up(delivery, str(error))
        done.given_up += 1
    except NotNowError as error:
        if isinstance(error, WayClosedError):
            outbox.hold_back(delivery, now=now, after=error.after)
        _put_off(delivery, str(error), now, done, error.after)
    except Exception:  # one message that can't be put together stops no other
        logger.exception("delivery_failed", delivery=str(delivery.pk))
        _put_off(delivery, _("It could not be put together; the log says more."), now, done)
    else:
        # From here a crash means that it is sent again, under the same Message-ID.
        outbox.sent(delivery, at=now)
        done.sent += 1


def _put_off(delivery: Delivery, why: str, now: datetime, done: Delivered, after: timedelta = timedelta()) -> None:
    if outbox.try_later(delivery, why, now=now, after=after):
        done.put_off += 1
    else:
        done.given_up += 1


def _send(delivery: Delivery, mailbox: Mailbox, now: datetime) -> None:
    if person := delivery.person:
        if not person.is_active or not person.email:
            raise NotWantedError(_("The person is not active any more."))
        # What was told in the digest stays in it; whoever left a kind meanwhile gets no more of it.
        if delivery.kind != DAILY and way_of(person, delivery.kind) == Way.NEVER:
            raise NotWantedError(_("The person wants no mails of this kind."))
        mailbox.send(mail_of(delivery, message_of(delivery, now=now), person))
    elif endpoint := delivery.endpoint:
        if endpoint.removed_at or (endpoint.person and not endpoint.person.is_active):
            raise NotWantedError(_("The address was removed."))
        webhooks.send(endpoint, message_of(delivery, now=now))
