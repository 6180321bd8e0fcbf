"""Messages as webhooks in the form that Slack takes, and the addresses that take them."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import trail
from accounts.models import Team, User
from common import outgoing
from common.errors import DomainError
from notices import kinds, outbox
from notices.messages import Message
from notices.models import WebhookEndpoint


def may_add(user: User) -> bool:
    """Managers, each for the people and teams of their side, and admins for all."""
    return user.is_active and (user.is_staff or user.is_manager)


@transaction.atomic
def add(
    *, url: str, team: Team | None, person: User | None, wanted: Collection[str], by: User, at: datetime
) -> WebhookEndpoint:
    """Send news to this address from now on. Raises DomainError `not_yours`, `invalid`."""
    owner = team or person
    if owner is None or not may_add(by) or not (by.is_staff or owner.side == by.side):
        raise DomainError("not_yours", _("Managers add addresses for the people and teams of their side."))
    try:
        outgoing.check_url(url)
    except outgoing.AddressError as error:
        raise DomainError("invalid", str(error), {"url": str(error)}) from error
    offered = {kind.key for kind in (kinds.of_teams() if team else kinds.of(person))}  # type: ignore[arg-type]
    if not (taken := sorted(offered & set(wanted))):
        sentence = _("Choose at least one kind of news that the receiver gets.")
        raise DomainError("invalid", sentence, {"kinds": sentence})
    made = WebhookEndpoint.objects.create(url=url, team=team, person=person, kinds=taken, added_by=by, added_at=at)
    trail.note(made, trail.Act.ADDED, by=by)
    return made


@transaction.atomic
def remove(endpoint: WebhookEndpoint, *, by: User, at: datetime) -> None:
    """Send nothing to this address any more; what waits is given up. Raises DomainError `not_yours`."""
    if not may_add(by) or not WebhookEndpoint.objects.visible_to(by).filter(pk=endpoint.pk).exists():
        raise DomainError("not_yours", _("Managers remove addresses of their side."))
    # The address opens a door at the receiver's: it is not kept longer than it is used.
    if (
        WebhookEndpoint.objects.in_use()
        .filter(pk=endpoint.pk)
        .update(removed_by=by, removed_at=at, url=f"https://{endpoint.host}/")
    ):
        outbox.give_up_all(endpoint, _("The address was removed."))
        trail.note(endpoint, trail.Act.REMOVED, by=by)


def slack(message: Message) -> dict[str, Any]:
    """A message as Slack and what is like it take it: a text, and blocks for who shows them."""
    lines = [
        f"<{line.url}|{_inert(line.title)}>" + (f"\n{_inert(line.detail)}" if line.detail else "")
        for line in message.lines
    ]
    parts = [f"*{_inert(message.subject)}*"] * (len(lines) > 1) + lines + [_inert(message.more)] * bool(message.more)
    return {
        "text": _inert(message.subject),
        "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": part}} for part in parts],
    }


def _inert(text: str) -> str:
    """Names come from outside: in them nothing mentions a channel or makes a link."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
