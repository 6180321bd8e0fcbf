"""Addresses of other programs: who gets events of the company, with which secret, and what they get once more."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import trail
from accounts.access import check_may_set
from accounts.models import User
from common import outgoing, versions
from common.errors import DomainError
from notices import events, outbox, signing
from notices.models import Delivery, WebhookEndpoint
from notices.telling import Notice, tell

Form = WebhookEndpoint.Form
State = Delivery.State
MOST = 50
OFF = "webhook_off"


@transaction.atomic
def subscribe(
    *, name: str, url: str, wanted: Collection[str], form: str = Form.EVENT, by: User, at: datetime
) -> tuple[WebhookEndpoint, str]:
    """Send the events `wanted` to this address from now on; the secret by which it knows them is told once.

    Raises DomainError `not_yours`, `invalid`, `too_many`.
    """
    check_may_set(by)
    facts = _checked(name, wanted) | {"url": _checked_url(url), "form": _checked_form(form)}
    if WebhookEndpoint.objects.of_the_company().count() >= MOST:
        raise DomainError("too_many", _("There are %(n)d addresses. Remove one that nobody needs.") % {"n": MOST})
    secret, sealed = signing.sealed_secret()
    made = WebhookEndpoint.objects.create(**facts, secret=sealed, added_by=by, added_at=at)
    trail.note(made, trail.Act.ADDED, by=by)
    return made, secret


@transaction.atomic
def change(endpoint: WebhookEndpoint, *, name: str, wanted: Collection[str], version: int, by: User) -> WebhookEndpoint:
    """Call it otherwise, or send it other events from now on. Raises DomainError `not_yours`, `invalid`, `gone`,
    `stale`."""
    check_may_set(by)
    facts = _checked(name, wanted)
    row = versions.locked(WebhookEndpoint.objects.of_the_company(), endpoint.pk, version)
    changes = {key: [getattr(row, key), value] for key, value in facts.items() if getattr(row, key) != value}
    if changes:
        _write(row, **facts, version=row.version + 1)
        trail.note(row, trail.Act.CHANGED, by=by, changes=changes)
    return row


@transaction.atomic
def renew_secret(endpoint: WebhookEndpoint, *, by: User, at: datetime) -> str:
    """A new secret, told once; the one before signs as well for a day. Raises DomainError `not_yours`, `gone`."""
    row = _locked(endpoint, by)
    secret, sealed = signing.sealed_secret()
    _write(row, former_secret=row.secret, former_until=at + signing.BOTH_FOR, secret=sealed)
    trail.note(row, trail.Act.CHANGED, by=by, changes={"secret": [None, str(_("a new one"))]})
    return secret


@transaction.atomic
def pause(endpoint: WebhookEndpoint, *, by: User, at: datetime) -> None:
    """Send nothing until somebody resumes; what happens meanwhile waits, for three days at most.

    Raises DomainError `not_yours`, `gone`.
    """
    row = _locked(endpoint, by)
    if row.paused_at is None:
        _write(row, paused_at=at)
        trail.note(row, trail.Act.RETIRED, by=by)


@transaction.atomic
def resume(endpoint: WebhookEndpoint, *, by: User, at: datetime) -> None:
    """Send again, what waits first, to an address that was paused or switched off.

    Raises DomainError `not_yours`, `gone`.
    """
    row = _locked(endpoint, by)
    if row.paused_at or row.off_at:
        _write(
            row, paused_at=None, off_at=None, off_why="", failures=0, failing_since=None, closed_until=None,
        )  # fmt: skip
        trail.note(row, trail.Act.BROUGHT_BACK, by=by)
        outbox.wake()


@transaction.atomic
def unsubscribe(endpoint: WebhookEndpoint, *, by: User, at: datetime) -> None:
    """Send nothing to this address any more; what waits is given up. Raises DomainError `not_yours`, `gone`."""
    row = _locked(endpoint, by)
    # The address and the secrets open doors at the receiver's: they are not kept longer than they are used.
    _write(row, removed_by=by, removed_at=at, url=f"https://{row.host}/", secret="", former_secret="")
    outbox.give_up_all(row, _("The address was removed."))
    trail.note(row, trail.Act.REMOVED, by=by)


@transaction.atomic
def ping(endpoint: WebhookEndpoint, *, by: User, at: datetime) -> Delivery:
    """Send a test. Raises DomainError `not_yours`, `gone`, `off`."""
    row = _running(endpoint, by)
    made = Delivery.objects.create(endpoint=row, kind=events.PING, key=f"ping:{at.isoformat()}", at=at, next_at=at)
    _knock_again(row, by, "test")
    return made


@transaction.atomic
def replay(delivery: Delivery, *, by: User, at: datetime) -> None:
    """Send once more what was sent or given up, under the same id, and at once what waits for its next try.

    Raises DomainError `not_yours`, `gone`, `off`.
    """
    row = _running(delivery.endpoint, by)
    _again(Q(pk=delivery.pk), row, at)
    _knock_again(row, by, "sent_again")


@transaction.atomic
def replay_failed(endpoint: WebhookEndpoint, *, since: datetime | None = None, by: User, at: datetime) -> int:
    """Send once more all that was given up and happened at `since` or later; how many.

    Raises DomainError `not_yours`, `gone`, `off`.
    """
    row = _running(endpoint, by)
    failed = Q(state=State.GIVEN_UP) & (Q(at__gte=since) if since else Q())
    count = _again(failed, row, at)
    if count:
        _knock_again(row, by, "sent_again", count)
    return count


# --- what happens by itself -------------------------------------------------------------------------


def switch_off_after_days(endpoint: WebhookEndpoint, why: str, *, at: datetime) -> None:
    """Switch off an address that took nothing for three days, however often it was tried."""
    since = endpoint.failing_since
    if since is not None and at - since >= outbox.WEBHOOK_FOR:
        switch_off(endpoint, _("It took nothing for three days. %(why)s") % {"why": why}, at=at)


@transaction.atomic
def switch_off(endpoint: WebhookEndpoint, why: str, *, at: datetime) -> None:
    """Send nothing more to an address that takes nothing, and tell who added it, or else the managers."""
    on = WebhookEndpoint.objects.in_use().filter(pk=endpoint.pk, off_at=None)
    if not on.update(off_at=at, off_why=why[:300]):
        return
    outbox.give_up_all(endpoint, _("The address was switched off."))
    trail.note(endpoint, trail.Act.RETIRED, by=None, changes={"off_why": ["", why]})
    title = _("%(address)s was switched off") % {"address": endpoint}
    path = endpoint.get_absolute_url() if endpoint.of_the_company else reverse("notices:addresses")
    key = f"webhook:{endpoint.pk}:off:{at.isoformat()}"
    tell((Notice(person.pk, OFF, key, title, path, why) for person in _keepers(endpoint)), at=at)


def _keepers(endpoint: WebhookEndpoint) -> list[User]:
    managers = User.objects.filter(Q(is_manager=True) | Q(is_staff=True), is_active=True)
    own = list(managers.filter(pk=endpoint.added_by_id or 0))
    return own or list(managers)


# --- pieces -----------------------------------------------------------------------------------------


def _locked(endpoint: WebhookEndpoint | None, by: User) -> WebhookEndpoint:
    check_may_set(by)
    rows = WebhookEndpoint.objects.of_the_company().select_for_update(no_key=True)
    row = rows.filter(pk=endpoint.pk).first() if endpoint else None
    if row is None:
        raise DomainError("gone", _("Somebody removed this address meanwhile."))
    return row


def _running(endpoint: WebhookEndpoint | None, by: User) -> WebhookEndpoint:
    row = _locked(endpoint, by)
    if row.off_at:
        raise DomainError("off", _("The address is switched off. Resume it first."))
    return row


def _write(row: WebhookEndpoint, **facts: Any) -> None:
    for name, value in facts.items():
        setattr(row, name, value)
    row.save(update_fields=list(facts))


def _again(which: Q, endpoint: WebhookEndpoint, at: datetime) -> int:
    rows = Delivery.objects.filter(which, endpoint=endpoint)
    return rows.update(state=State.WAITING, attempts=0, next_at=at, sent_at=None, last_error="", replayed_at=at)


def _knock_again(row: WebhookEndpoint, by: User, what: str, count: int = 1) -> None:
    """Whoever asks for it by hand does not wait until the way is open again."""
    _write(row, closed_until=None)
    trail.note(row, trail.Act.CHANGED, by=by, changes={what: [None, count]})
    outbox.wake()


def _checked(name: str, wanted: Collection[str]) -> dict[str, Any]:
    name = name.strip()
    if not name or len(name) > 80:
        raise _invalid("name", _("Write a name of at most 80 characters, such as “CRM”."))
    known = [kind.key for kind in events.offered()]
    if unknown := sorted(set(wanted) - set(known)):
        raise _invalid("events", _("There is no event %(event)s.") % {"event": unknown[0]})
    if not wanted:
        raise _invalid("events", _("Choose at least one event."))
    return {"name": name, "kinds": [key for key in known if key in wanted]}


def _checked_url(url: str) -> str:
    try:
        outgoing.check_url(url)
    except outgoing.AddressError as error:
        raise _invalid("url", str(error)) from error
    return url


def _checked_form(form: str) -> str:
    if form not in Form.values:
        raise _invalid("form", _("Choose event or message."))
    return form


def _invalid(field: str, sentence: str) -> DomainError:
    return DomainError("invalid", sentence, {field: sentence})
