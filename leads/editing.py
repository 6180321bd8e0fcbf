"""A person corrects what is known of a lead."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Value
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from accounts import company
from accounts.models import User
from common.errors import DomainError
from common.phones import e164
from leads import duplicates, handoffs
from leads import further_facts as further
from leads.access import check_may_edit, locked_lead
from leads.domains import domain_of
from leads.files import LEADS
from leads.models import Event, Lead, LeadAlias, Organisation

# What may be edited, in the order of the form; facts are edited by name.
FIELDS = (
    "first_name", "last_name", "name", "job_title", "email", "phone", "external_id", "organisation", "website",
    "employees", "industry", "country", "source", "consent", "note",
)  # fmt: skip
KEYS = {"email": "address_taken", "external_id": "external_id_taken"}
_NULL = ("email", "external_id", "employees")


class TakenError(DomainError):
    """A key belongs to `lead` already."""

    def __init__(self, code: str, message: str, fields: dict[str, str], lead: Lead) -> None:
        super().__init__(code, message, fields)
        self.lead = lead


@transaction.atomic
def edit_lead(lead: Lead, changes: Mapping[str, Any], *, version: int, by: User, at: datetime) -> Lead:
    """Change fields of `lead` and return it as it is now; the same again changes nothing.

    `changes` holds texts by field, as the cell of a file would write them, and under `facts` texts
    by name; an empty text removes. `version` is that of the lead which the person looked at.
    Raises DomainError: not_yours, erased, stale, refused, address_taken, external_id_taken.
    """
    lead = locked_lead(lead)
    check_may_edit(by, lead)
    if lead.version != version:
        raise DomainError("stale", _("Somebody changed this lead since you opened it. Nothing of yours is saved yet."))
    values, facts = _parsed(changes)
    before = told(lead)
    _fill(lead, values, facts)
    now = told(lead)
    changed = {name: [before.get(name), now.get(name)] for name in before | now if before.get(name) != now.get(name)}
    if not changed:
        return lead
    _check_keys(lead, changed)
    _save(lead)
    Event.objects.create(lead=lead, kind="edited", at=at, by=by, data={"changes": changed})
    duplicates.propose_for([lead.pk], at=at)
    handoffs.grade_and_hand_off(Lead.objects.filter(pk=lead.pk), at=at, by=by)
    lead.refresh_from_db()
    return lead


def told(lead: Lead) -> dict[str, Any]:
    """The editable fields as plain values; each further fact stands under `facts.NAME`."""
    known = {name: getattr(lead, name) for name in FIELDS}
    known["organisation"] = lead.organisation.name if lead.organisation else ""
    return known | {f"facts.{name}": value for name, value in lead.facts.items()}


def _parsed(changes: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """The values of `changes`, read like the cells of a file."""
    texts = dict(changes)
    facts = {name.strip(): text.strip() for name, text in texts.pop("facts", {}).items()}
    values: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for name, text in texts.items():
        try:
            values[name] = LEADS.column(name).parse(text.strip()) if text.strip() else None
        except ValueError as error:
            wrong[name] = str(error)
    if fault := further.fault(facts):
        wrong["facts"] = fault
    if wrong:
        raise DomainError("refused", _("This can’t be saved. Each field says why."), wrong)
    return {name: value if value is not None or name in _NULL else "" for name, value in values.items()}, facts


def _fill(lead: Lead, values: dict[str, Any], facts: dict[str, str]) -> None:
    old_domain, joined = _domain(lead), _joined(lead)
    employer = values.pop("organisation", None)
    for name, value in values.items():
        setattr(lead, name, value)
    if "name" not in values and lead.name == joined:
        # The name in full follows its parts until somebody writes it otherwise.
        lead.name = _joined(lead) or lead.name
    if {"phone", "country"} & values.keys():
        lead.phone_e164 = e164(lead.phone, lead.country or company.current().country) or ""
    lead.facts = {name: value for name, value in {**lead.facts, **facts}.items() if value}
    if employer is not None and employer != (lead.organisation.name if lead.organisation else ""):
        lead.organisation = _organisation(employer, _domain(lead)) if employer else None
    elif {"email", "website"} & values.keys():
        _follow_domain(lead, old_domain)


def _joined(lead: Lead) -> str:
    return f"{lead.first_name} {lead.last_name}".strip()


def _domain(lead: Lead) -> str | None:
    return domain_of(website=lead.website, email=lead.email or "")


def _follow_domain(lead: Lead, old: str | None) -> None:
    """Another address or site leads to its organisation, unless a person named a different one."""
    new = _domain(lead)
    named_otherwise = lead.organisation is not None and lead.organisation.domain != old
    if new and new != old and not named_otherwise:
        lead.organisation = _organisation(new, new)


def _organisation(name: str, domain: str | None) -> Organisation:
    """The organisation of this name: the domain's own where it is called so or nobody had it yet,
    else the one that is known by its name alone, as in a file."""
    if domain:
        made, fresh = Organisation.objects.get_or_create(domain=domain, defaults={"name": name})
        if fresh or name.lower() in (made.name.lower(), domain):
            return made
    Organisation.objects.bulk_create([Organisation(name=name)], ignore_conflicts=True)
    # Lower-cased by the database, like the index that keeps the name unique.
    return Organisation.objects.alias(low=Lower("name")).get(domain=None, low=Lower(Value(name)))


def _check_keys(lead: Lead, changed: Mapping[str, Any]) -> None:
    if not lead.email and not lead.external_id:
        sentence = _("Write an e-mail address or an external id: without one of them nobody can be found again.")
        raise DomainError("refused", sentence, {"email": sentence})
    for key, code in KEYS.items():
        if key in changed and (other := _holder(lead, key)):
            raise _taken(key, code, other)


def _holder(lead: Lead, key: str) -> Lead | None:
    """Another lead that has the key of `lead`, or had it before a merge."""
    value = getattr(lead, key)
    if not value:
        return None
    # Lower-cased like the index that keeps addresses unique.
    leads = Lead.objects.alias(address=Lower("email"))
    found = leads.filter(**{"address" if key == "email" else key: value}).exclude(pk=lead.pk).first()
    alias = LeadAlias.objects.filter(kind=key, value=value).exclude(lead=lead).select_related("lead").first()
    return found or (alias.lead if alias else None)


def _taken(key: str, code: str, other: Lead) -> TakenError:
    sentence = _("Another lead has this address already.") if key == "email" else _("Another lead has this id already.")
    return TakenError(code, sentence, {key: sentence}, other)


def _save(lead: Lead) -> None:
    lead.version += 1
    try:
        with transaction.atomic():
            lead.save(update_fields=[*FIELDS, "phone_e164", "facts", "version"])
    except IntegrityError as error:
        # Somebody took the key between the look and the save.
        for key, code in KEYS.items():
            if other := _holder(lead, key):
                raise _taken(key, code, other) from error
        raise
