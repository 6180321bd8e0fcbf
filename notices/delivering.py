"""Delivering what is due in the outbox, by mail and by webhook.

Everything that asks or writes the database happens here, one after the other; only the requests themselves run
beside each other, so that a receiver that hangs takes time from nobody.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import company
from accounts.models import User
from notices import lanes, outbox, posting, subscribing
from notices.kinds import DAILY, Way
from notices.mailing import Mailbox, mail_of
from notices.messages import NotWantedError, message_of
from notices.models import Delivery
from notices.refusals import GoneError, NotNowError, RefusedError, WayClosedError
from notices.wishes import way_of

logger = structlog.get_logger(__name__)

# Requests under way at once. Each waits for its receiver, so they cost next to nothing.
AT_ONCE = 32
# Seconds in which what ends at nearly the same time is noted together.
TOGETHER = 0.005
# How often, in seconds, it is looked what has become due while requests are under way.
LOOK_AGAIN = 0.1


@dataclass
class Delivered:
    """How many were sent, put off and given up; `left` where time was up before the work was done."""

    sent: int = 0
    put_off: int = 0
    given_up: int = 0
    left: bool = False


def deliver(*, now: datetime, seconds: float = 45) -> Delivered:
    """Deliver what is due from `now` on, for some seconds at most. Safe beside others and when killed:
    a delivery that was claimed and not marked is tried again when its lease is over."""
    done = Delivered(given_up=outbox.give_up_old(now=now))
    with (
        company.held() as here,
        timezone.override(here.zone),
        Mailbox() as mailbox,
        ThreadPoolExecutor(AT_ONCE) as pool,
    ):
        _Deliverer(now, mailbox, pool, done).run(seconds)
    return done


class _Deliverer:
    """What is under way: one mail at most, and for each receiver as many webhooks as it takes."""

    def __init__(self, now: datetime, mailbox: Mailbox, pool: ThreadPoolExecutor, done: Delivered) -> None:
        self.began, self.start = time.monotonic(), now
        self.mailbox, self.pool, self.done = mailbox, pool, done
        self.running: dict[Future[Any], Delivery] = {}

    @property
    def now(self) -> datetime:
        return self.start + timedelta(seconds=time.monotonic() - self.began)

    def run(self, seconds: float) -> None:
        awaited: set[Future[Any]] | None = None
        while True:
            self.done.left = time.monotonic() - self.began > seconds
            if self.done.left and awaited is None:
                awaited = set(self.running)
            # When time is up, others still go on for as long as somebody who hangs is waited for.
            if awaited is None or awaited & self.running.keys():
                self._start_mail()
                self._start_webhooks()
            if not self.running:
                return
            if wait(self.running, timeout=LOOK_AGAIN, return_when=FIRST_COMPLETED).done:
                self._note(wait(self.running, timeout=TOGETHER).done)

    def _start_mail(self) -> None:
        while not any(one.by_mail for one in self.running.values()):
            if (delivery := outbox.claim_mail(self.now)) is None:
                return
            self._begin(delivery, lambda one: self._mail(one, one.person))

    def _start_webhooks(self) -> None:
        """All that is ready leaves before the next is looked for."""
        busy = Counter(one.endpoint_id for one in self.running.values() if one.endpoint_id)
        room = AT_ONCE - len(self.running)
        claimed = lanes.claim(self.now, busy=busy, room=room) if room else []
        for delivery, post in posting.posts(claimed, now=self.now):
            self._begin(delivery, lambda _one, post=post: _ready(post))  # type: ignore[misc]

    def _begin(self, delivery: Delivery, prepare: Callable[[Delivery], Callable[[], Any]]) -> None:
        try:
            send = prepare(delivery)
        except Exception as error:
            self._end(delivery, _raising(error))
        else:
            self.running[self.pool.submit(send)] = delivery

    def _mail(self, delivery: Delivery, person: User | None) -> Callable[[], None]:
        if person is None or not person.is_active or not person.email:
            raise NotWantedError(_("The person is not active any more."))
        # What was told in the digest stays in it; whoever left a kind meanwhile gets no more of it.
        if delivery.kind != DAILY and way_of(person, delivery.kind) == Way.NEVER:
            raise NotWantedError(_("The person wants no mails of this kind."))
        mail = mail_of(delivery, message_of(delivery, now=self.now), person)
        return lambda: self.mailbox.send(mail)

    def _note(self, ended: Iterable[Future[Any]]) -> None:
        """Note how it went, for all that were taken at once."""
        tried = [(self.running.pop(future), future) for future in ended]
        taken = [delivery for delivery, future in tried if self._end(delivery, future.result)]
        if taken:
            # From here a crash means that they are sent again, under the same ids.
            outbox.sent(*taken, at=self.now)
            self.done.sent += len(taken)
        for endpoint in {one.endpoint_id: one.endpoint for one in taken if one.endpoint}.values():
            lanes.opened(endpoint)

    def _end(self, delivery: Delivery, result: Callable[[], Any]) -> bool:
        """Whether it was taken; where not, that is noted."""
        try:
            _took(delivery, result())
        except (NotWantedError, RefusedError) as error:
            outbox.give_up(delivery, str(error))
            self.done.given_up += 1
            self._refused(delivery, error)
        except NotNowError as error:
            self._put_off(delivery, str(error), error.after)
            self._failed(delivery, error)
        except Exception:  # one message that can't be put together stops no other
            logger.exception("delivery_failed", delivery=str(delivery.pk))
            self._put_off(delivery, _("It could not be put together; the log says more."))
        else:
            return True
        return False

    def _put_off(self, delivery: Delivery, why: str, after: timedelta = timedelta()) -> None:
        if outbox.try_later(delivery, why, now=self.now, after=after):
            self.done.put_off += 1
        else:
            self.done.given_up += 1

    def _refused(self, delivery: Delivery, error: Exception) -> None:
        if (endpoint := delivery.endpoint) and isinstance(error, GoneError):
            subscribing.switch_off(endpoint, str(error), at=self.now)

    def _failed(self, delivery: Delivery, error: NotNowError) -> None:
        closed = isinstance(error, WayClosedError)
        if endpoint := delivery.endpoint:
            lanes.failed(endpoint, now=self.now, closed=closed, after=error.after)
            subscribing.switch_off_after_days(endpoint, str(error), at=self.now)
        elif closed:
            outbox.hold_mails_back(now=self.now)


def _took(delivery: Delivery, result: Any) -> None:
    """Keep what a receiver answered, and raise where it did not take the message."""
    if (endpoint := delivery.endpoint) is None:
        return
    came, delivery.took_ms = result
    delivery.status = getattr(came, "status", None)
    posting.check(endpoint, came)


def _ready(post: posting.Post | Exception) -> Callable[[], Any]:
    if isinstance(post, Exception):
        raise post
    return post.send


def _raising(error: Exception) -> Callable[[], Any]:
    def raises() -> Any:
        raise error

    return raises
