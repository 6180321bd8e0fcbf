"""What a delivery says, put together when it leaves."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from notices import kinds
from notices.kinds import DAILY, WEEKLY
from notices.models import Delivery, Notification

MOST_LINES = 20
WEEKLY_LINES = 7
SIGNER = Signer(salt="notices.unsubscribe")


class NotWantedError(Exception):
    """Nobody is to be told any more. The text says why."""


class Needed(Protocol):
    """One thing that needs a person: what, more about it, what to do, and where."""

    @property
    def title(self) -> str: ...
    @property
    def detail(self) -> str: ...
    @property
    def act(self) -> str: ...
    @property
    def url(self) -> str: ...


@dataclass(frozen=True)
class Line:
    """One thing that is told: what, more about it, and the words and the address of its link."""

    title: str
    detail: str
    act: str
    url: str


@dataclass(frozen=True)
class Message:
    """What is said by mail or webhook; `more` says that there is more than the lines."""

    subject: str
    opening: str
    lines: Sequence[Line]
    more: str = ""


_needs: list[Callable[[User, datetime], Iterable[Needed]]] = []


def register_needs(what_needs: Callable[[User, datetime], Iterable[Needed]]) -> None:
    """Name the function that says what needs a person: the items of the weekly digest."""
    _needs[:] = [what_needs]


def message_of(delivery: Delivery, *, now: datetime) -> Message:
    """What a delivery says now. Raises NotWantedError where nothing is left to say."""
    if delivery.kind == WEEKLY:
        return _weekly(delivery, now)
    notices = list(delivery.notices.order_by("at", "pk"))
    if not notices:
        raise NotWantedError(_("Nothing is left to tell."))
    return _daily(notices) if delivery.kind == DAILY else _news(delivery.kind, notices)


def absolute(path: str) -> str:
    """The address of a page, as it stands in mails: only ever under the configured one."""
    return settings.BASE_URL + (path if path.startswith("/") and not path.startswith("//") else "/")


def unsubscribe_path(person: User, kind: str) -> str:
    """Where one press ends the mails of this kind, without signing in."""
    token = SIGNER.sign_object([person.pk, kind], compress=False)
    return reverse("notices:unsubscribe", args=[token])


def told_by(token: str) -> tuple[int, str] | None:
    """The person's id and the kind that a token names; None where we did not sign it."""
    try:
        person_id, kind = SIGNER.unsign_object(token)
    except (BadSignature, ValueError, TypeError):
        return None
    return person_id, kind


def _news(kind: str, notices: Sequence[Notification]) -> Message:
    count = len(notices)
    subject = notices[0].title if count == 1 else str(kinds.get(kind).several) % {"n": count}
    return Message(subject, "", *_lines(notices))


def _daily(notices: Sequence[Notification]) -> Message:
    count = len(notices)
    subject = ngettext("%(n)d thing since the last digest", "%(n)d things since the last digest", count) % {"n": count}
    return Message(subject, _("What you have not read in the app yet:"), *_lines(notices))


def _weekly(delivery: Delivery, now: datetime) -> Message:
    person = delivery.person
    found = [item for needs in _needs for item in needs(person, now)][:WEEKLY_LINES] if person else []
    if not found:
        raise NotWantedError(_("Nothing needs this person."))
    count = len(found)
    subject = ngettext("%(n)d thing needs you this week", "%(n)d things need you this week", count) % {"n": count}
    return Message(subject, "", [Line(one.title, one.detail, one.act, absolute(one.url)) for one in found])


def _lines(notices: Sequence[Notification]) -> tuple[list[Line], str]:
    """The first lines, and how many more there are."""
    lines = [Line(n.title, n.detail, _("Open"), absolute(n.path)) for n in notices[:MOST_LINES]]
    left = len(notices) - len(lines)
    more = ngettext("and %(n)d more in the app.", "and %(n)d more in the app.", left) % {"n": left}
    return lines, more if left > 0 else ""
