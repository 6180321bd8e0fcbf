"""What is known of an organisation: kept right by people, and marked as a target account by managers."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import DomainError
from leads import handoffs, regrading
from leads.access import check_may_edit_organisation, check_may_mark_target
from leads.domains import domain_of
from leads.files import LEADS
from leads.models import Handoff, Lead, Organisation
from leads.models.lead import LeadQuerySet
from leads.models.organisation import OrganisationQuerySet
from leads.reassigning import reps

FIELDS = ("name", "domain", "industry", "employees", "country", "owner")
# The columns of a file of leads by which the texts are read.
_COLUMNS = {"name": "organisation", "industry": "industry", "employees": "employees", "country": "country"}
COUNTED_TO = 1000


class CappedCount(Subquery):
    """How many rows a query has, read no further than its slice goes."""

    template = "(SELECT count(*) FROM (%(subquery)s) capped)"
    output_field = IntegerField()


def with_counts(organisations: OrganisationQuerySet, user: User) -> OrganisationQuerySet:
    """`organisations` with `people` and `open_handoffs` that `user` may see, each up to COUNTED_TO + 1."""
    people = Lead.objects.visible_to(user).filter(organisation=OuterRef("pk"))
    waiting = Handoff.objects.visible_to(user).open().filter(lead__organisation=OuterRef("pk"))
    return organisations.annotate(
        people=CappedCount(people.order_by().values("pk")[: COUNTED_TO + 1]),
        open_handoffs=CappedCount(waiting.order_by().values("pk")[: COUNTED_TO + 1]),
    )


def among(organisations: OrganisationQuerySet, typed: str) -> OrganisationQuerySet:
    """Those of `organisations` whose name or domain holds every word that was typed."""
    for word in typed.split()[:6]:
        organisations = organisations.filter(Q(name__icontains=word) | Q(domain__icontains=word))
    return organisations


def by_name(organisations: OrganisationQuerySet) -> OrganisationQuerySet:
    """`organisations` with `key`, by which a list pages; an index holds it."""
    return organisations.annotate(key=Lower("name")).select_related("owner")


@transaction.atomic
def edit_organisation(
    organisation: Organisation, changes: Mapping[str, Any], *, version: int, by: User, at: datetime
) -> Organisation:
    """Change fields of `organisation` and return it; the same again changes nothing. `changes` holds texts by
    field, and under `owner` a person or None. Its people are graded again by what it says now.

    Raises DomainError: not_yours, stale, refused, taken, not_a_rep.
    """
    check_may_edit_organisation(by)
    people = Lead.objects.filter(organisation=organisation)
    # Leads before what they stand on: an import holds leads when it asks for their organisation.
    few = list(people.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True)[: regrading.CHUNK + 1])
    organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
    if organisation.version != version:
        raise DomainError("stale", _("Somebody changed this organisation since you opened it. Nothing is saved yet."))
    changed = {
        name: value for name, value in _parsed(changes, organisation).items() if getattr(organisation, name) != value
    }
    if not changed:
        return organisation
    for name, value in changed.items():
        setattr(organisation, name, value)
    organisation.version += 1
    _save(organisation, [*changed, "version"])
    if changed.keys() - {"owner"}:
        _regrade(few, at=at, by=by)
    return organisation


def _regrade(people: list[int], *, at: datetime, by: User) -> None:
    if len(people) > regrading.CHUNK:
        # Too many for a page: the run over all leads keeps its own checkpoint.
        regrading.start(at=at)
    else:
        handoffs.grade_and_hand_off(Lead.objects.filter(pk__in=people), at=at, by=by, only_moved=True)


def _parsed(changes: Mapping[str, Any], organisation: Organisation) -> dict[str, Any]:
    """The values of `changes`, read like the cells of a file."""
    values: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for name, said in changes.items():
        try:
            values[name] = said if name == "owner" else _value(name, said.strip())
        except ValueError as error:
            wrong[name] = str(error)
    if wrong:
        raise DomainError("refused", _("This can’t be saved. Each field says why."), wrong)
    owner = values.get("owner")
    if owner and owner.pk != organisation.owner_id and not reps().filter(pk=owner.pk).exists():
        raise DomainError("not_a_rep", _("Choose somebody of sales who takes leads."), {"owner": _("Choose a rep.")})
    return values


def _value(name: str, text: str) -> Any:
    if name == "domain":
        return _domain(text) if text else None
    if name == "name" and not text:
        raise ValueError(_("Write the name of the organisation."))
    empty = None if name == "employees" else ""
    return LEADS.column(_COLUMNS[name]).parse(text) if text else empty


def _domain(text: str) -> str:
    if domain := domain_of(website=text):
        return domain
    raise ValueError(_("Write a domain such as kettler.example. Mail services open to everybody are none."))


def _save(organisation: Organisation, changed: list[str]) -> None:
    try:
        with transaction.atomic():
            organisation.save(update_fields=changed)
    except IntegrityError as error:
        name = "domain" if organisation.domain else "name"
        sentence = (
            _("Another organisation has this domain already.")
            if organisation.domain
            else _("Another organisation without a domain has this name already. Write a domain to tell them apart.")
        )
        raise DomainError("taken", sentence, {name: sentence}) from error


@transaction.atomic
def mark_target(organisation: Organisation, *, by: User, at: datetime) -> Organisation:
    """Make it a target account, and keep who did and when. Raises DomainError: not_yours, marked_already."""
    check_may_mark_target(by)
    organisation = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    if organisation.is_target:
        raise DomainError("marked_already", _("It is a target account already."))
    organisation.is_target, organisation.target_since, organisation.target_by = True, at, by
    organisation.save(update_fields=["is_target", "target_since", "target_by"])
    return organisation


@transaction.atomic
def unmark_target(organisation: Organisation, *, by: User, at: datetime) -> Organisation:
    """Take the mark back. Raises DomainError: not_yours, not_marked."""
    check_may_mark_target(by)
    organisation = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    if not organisation.is_target:
        raise DomainError("not_marked", _("It is no target account."))
    organisation.is_target, organisation.target_since, organisation.target_by = False, None, by
    organisation.save(update_fields=["is_target", "target_since", "target_by"])
    return organisation


def people_of(organisation: Organisation, user: User) -> LeadQuerySet:
    """Those of its people whom `user` may see."""
    return Lead.objects.visible_to(user).filter(organisation=organisation)
