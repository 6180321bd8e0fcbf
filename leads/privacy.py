"""Consent, and what is kept of a person: told on request, erased on request.

Each room registers the parts that it keeps, so that nothing is told or erased by halves.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Model, Q
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from accounts.models import User
from common.errors import DomainError
from leads.access import check_may_edit, locked_lead, may_erase, may_export
from leads.models import ErasedKey, Event, Lead
from leads.releasing import close_erased

Rows = list[dict[str, Any]]
KEYS = ("email", "external_id")


@dataclass(frozen=True)
class Part:
    """What one room keeps of a person: `tell` returns it as rows, `erase` takes out whatever tells
    who the person was, at the moment that it is given, and leaves what is counted. All parts are given
    the lead as it was, so that each can look for its keys. `models` are the tables it answers for."""

    key: str
    label: str | Promise
    models: Collection[type[Model]]
    tell: Callable[[Lead], Rows]
    erase: Callable[[Lead, datetime], None]


_parts: dict[str, Part] = {}


def register(part: Part) -> None:
    _parts[part.key] = part


def parts() -> Iterable[Part]:
    return _parts.values()


# --- do not contact ---------------------------------------------------------------------------------


@transaction.atomic
def refuse_contact(
    leads: Collection[int], *, why: str, at: datetime, by: User | None = None, kind: str = "contact_refused"
) -> list[int]:
    """Note of the leads `leads` that they must not be contacted; the ids of those of whom it is news.
    `kind` is that of the line in the timeline."""
    found = Lead.objects.filter(pk__in=leads, do_not_contact=False, erased_at=None).order_by("pk")
    news = list(found.select_for_update(no_key=True).values_list("pk", flat=True))
    Lead.objects.filter(pk__in=news).update(
        do_not_contact=True, do_not_contact_at=at, do_not_contact_by=by, do_not_contact_why=why[:200]
    )
    Event.objects.bulk_create(Event(lead_id=pk, kind=kind, at=at, by=by, data={"note": why}) for pk in news)
    return news


@transaction.atomic
def wish_contact(lead: Lead, *, allowed: bool, why: str = "", by: User, at: datetime) -> Lead:
    """Keep whether the person behind `lead` may be contacted; the same again changes nothing.

    Raises DomainError: not_yours, erased, why_too_long.
    """
    lead = locked_lead(lead)
    check_may_edit(by, lead)
    if len(why) > 200:
        raise DomainError("why_too_long", _("Write at most 200 characters."), {"why": _("It is longer.")})
    if not allowed:
        refuse_contact([lead.pk], why=why, at=at, by=by)
    elif lead.do_not_contact:
        nobody = {"do_not_contact_at": None, "do_not_contact_by": None, "do_not_contact_why": ""}
        Lead.objects.filter(pk=lead.pk).update(do_not_contact=False, **nobody)
        Event.objects.create(lead=lead, kind="contact_allowed", at=at, by=by, data={"note": why})
    lead.refresh_from_db()
    return lead


# --- told on request --------------------------------------------------------------------------------


def person_data(lead: Lead) -> list[tuple[Part, Rows]]:
    """Everything that is kept about the person behind `lead`, part by part."""
    return [(part, part.tell(lead)) for part in parts()]


def export_person(lead: Lead, *, by: User, at: datetime) -> dict[str, Rows]:
    """Everything that is kept about a person, to hand it out; the timeline says who took it.

    Raises DomainError `may_not_export`.
    """
    if not may_export(by, lead):
        raise DomainError("may_not_export", _("Marketing and managers hand out what is kept about a person."))
    data = {part.key: rows for part, rows in person_data(lead)}
    Event.objects.create(lead=lead, kind="data_exported", at=at, by=by)
    return data


# --- erased on request ------------------------------------------------------------------------------


# Why somebody is erased; never a text, which could name the person again.
WHYS = [
    ("asked", __("The person asked for it")),
    ("no_ground", __("There is no ground any longer to keep the data")),
    ("mistake", __("The data should never have been here")),
]


@transaction.atomic
def erase_person(lead: Lead, *, why: str, by: User, at: datetime) -> Lead:
    """Take out for ever whatever tells who `lead` is; the lead stays, as an anonymous count.

    Its keys are remembered as keyed digests, so that a file can't bring the person back unnoticed.
    Raises DomainError: may_not_erase, erased, unknown_why.
    """
    lead = locked_lead(lead)
    if lead.erased_at is not None:
        raise DomainError("erased", _("This person was erased on request. Nothing can be added."))
    if not may_erase(by, lead):
        raise DomainError("may_not_erase", _("A manager or an admin erases a person."))
    if why not in dict(WHYS):
        raise DomainError("unknown_why", _("Choose why the person is erased."), {"why": _("Choose one.")})
    remember_keys(lead, [(name, key) for name in KEYS if (key := getattr(lead, name))], at=at)
    close_erased(lead, at=at)
    for part in parts():
        part.erase(lead, at)
    Event.objects.create(lead=lead, kind="erased", at=at, by=by, data={"why": why})
    lead.refresh_from_db()
    return lead


def remember_keys(lead: Lead, keys: Iterable[tuple[str, str]], *, at: datetime) -> None:
    """Keep the digests of `keys` (name and value) of a lead that is erased."""
    ErasedKey.objects.bulk_create(
        [ErasedKey(digest=digest_of(*key), lead=lead, at=at) for key in keys],
        update_conflicts=True, unique_fields=["digest"], update_fields=["lead", "at"],
    )  # fmt: skip


def digest_of(name: str, key: str, secret: str | bytes | None = None) -> str:
    """The digest by which an erased key is known again; nobody without the secret can try keys."""
    text = f"{name}:{key.strip().lower() if name == 'email' else key}"
    return salted_hmac("leads.erased", text, secret=secret, algorithm="sha256").hexdigest()


def erased_among(keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], datetime]:
    """Those of `keys` (name and value) that were erased, and when; not those that a lead has again."""
    if not ErasedKey.objects.exists():
        return {}
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = {digest_of(*key, secret): key for key in set(keys) for secret in secrets}
    found = ErasedKey.objects.filter(digest__in=list(digests)).values_list("digest", "at")
    erased = {digests[digest]: at for digest, at in found}
    emails, ids = ([key for kind, key in erased if kind == name] for name in KEYS)
    leads = Lead.objects.alias(address=Lower("email")).filter(Q(address__in=emails) | Q(external_id__in=ids))
    back = leads.values_list("email", "external_id")
    for email, external_id in back if erased else ():
        erased.pop(("email", email or ""), None)
        erased.pop(("external_id", external_id or ""), None)
    return erased
