"""The filters of the lead list, the same for the page, the API, exports and acts on many leads."""

from datetime import datetime
from functools import cached_property
from types import SimpleNamespace
from typing import Any, Self
from urllib.parse import urlencode

import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce, Lower
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, User
from campaigns.models import Campaign
from leads import clock
from leads.filter_fields import (
    ME,
    NO_DAY,
    NO_NUMBER,
    NO_PERSON,
    NOBODY,
    WHOLE,
    FactFilter,
    NumbersFilter,
    OwnerFilter,
    campaign_filter,
    choice_filter,
    moment_filter,
    yes_no_filter,
)
from leads.models import Event, Handoff, Lead, LeadAlias, Organisation, Touch
from leads.narrowing import Narrowing
from leads.searching import Search

STATES = [
    (clock.State.PENDING.value, _("Pending")),
    (clock.State.AT_RISK.value, _("At risk")),
    (clock.State.MET.value, _("Answered in time")),
    (clock.State.BREACHED.value, _("Late")),
    (clock.State.RELEASED.value, _("Released")),
]


class LeadFilter(django_filters.FilterSet):
    """What a page or the API may ask for; each refusal says what to write."""

    q = django_filters.CharFilter(method="by_words", label=_("Search"))
    grade = choice_filter(Lead.Grade.choices, _("Grade"))
    stage = choice_filter(Lead.Stage.choices, _("Stage"), method="by_stage")
    state = choice_filter(STATES, _("Clock"), method="by_state")
    overdue = yes_no_filter(_("Overdue"), "by_overdue")
    campaign = campaign_filter(_("First campaign"))
    touched_campaign = campaign_filter(_("Any touch with"), method="by_touched_campaign")
    touched_programme = campaign_filter(_("Any touch with the programme"), method="by_touched_programme")
    source = django_filters.CharFilter(method="by_source", label=_("Source"))
    owner = OwnerFilter(queryset=User.objects.all(), label=_("Owner"), error_messages=NO_PERSON, method="by_owner")
    team = django_filters.ModelChoiceFilter(
        queryset=Team.objects.all(),
        label=_("Team"),
        method="by_team",
        error_messages={"invalid_choice": _("There is no such team.")},
    )
    organisation = django_filters.NumberFilter(field_name="organisation", label=_("Organisation"))
    target = yes_no_filter(_("Target account"), "by_target")
    country = django_filters.CharFilter(method="by_own_or_organisation", label=_("Country"))
    industry = django_filters.CharFilter(method="by_own_or_organisation", label=_("Industry"))
    employees_min = django_filters.NumberFilter(method="by_employees", label=_("Employees from"), **WHOLE)
    employees_max = django_filters.NumberFilter(method="by_employees", label=_("Employees up to"), **WHOLE)
    job_title = django_filters.CharFilter(method="by_job_title", label=_("Job title"))
    captured_after = moment_filter("captured_at", "gte", _("Captured from"))
    captured_before = moment_filter("captured_at", "lt", _("Captured before"))
    touched_after = moment_filter("", "", _("Last touch from"), method="by_touched_after")
    touched_before = moment_filter("", "", _("Last touch before"), method="by_touched_before")
    handed_off_after = moment_filter("", "", _("Handed off from"), method="by_handed_off")
    handed_off_before = moment_filter("", "", _("Handed off before"), method="by_handed_off")
    wakes_before = django_filters.DateFilter(
        field_name="wake_up_on", lookup_expr="lt", label=_("Wakes up before"), error_messages=NO_DAY
    )
    tag = django_filters.CharFilter(method="by_tag", label=_("Tag"))
    imported = django_filters.NumberFilter(field_name="run", label=_("Import"))
    updated_by = django_filters.NumberFilter(method="by_update", label=_("Updated by import"), **WHOLE)
    kept_out = yes_no_filter(_("Kept out of figures"), "by_kept_out")
    do_not_contact = yes_no_filter(_("Do not contact"), "by_contact")
    email = django_filters.CharFilter(method="by_key", label=_("E-mail address"))
    external_id = django_filters.CharFilter(method="by_key", label=_("External id"))
    has_email = yes_no_filter(_("Has an e-mail address"), "by_email")
    has_phone = yes_no_filter(_("Has a phone number"), "by_phone")
    ids = NumbersFilter(field_name="pk", lookup_expr="in", label=_("Chosen leads"), error_messages=NO_NUMBER)
    fact = FactFilter(method="by_fact", label=_("Fact"))

    class Meta:
        model = Lead
        fields: list[str] = []

    def __init__(self, data: QueryDict | None = None, *args: Any, **kwargs: Any) -> None:
        # Only what is asked is made: all filters with their fields take as long as ten rows of a page.
        self.base_filters = {name: one for name, one in self.declared_filters.items() if data and name in data}
        super().__init__(data, *args, **kwargs)

    @classmethod
    def of(cls, user: User, asked: QueryDict) -> Self:
        """The leads that `user` may see, of these those that are asked for."""
        return cls(asked, queryset=Lead.objects.visible_to(user), request=SimpleNamespace(user=user))

    def said(self) -> list[tuple[str, str]]:
        """The filters that say something, each with its value."""
        return [(name, value) for name in self.filters for value in self.data.getlist(name) if value.strip()]

    @property
    def only_typed(self) -> bool:
        """Whether what was typed narrows the list, and nothing else does."""
        return {name for name, _value in self.said()} == {"q"}

    def normalised(self) -> str:
        """What is said, always in the same words: the same question is the same text."""
        return urlencode(sorted(self.said()))

    @cached_property
    def search(self) -> Search | None:
        """What was typed, as it finds somebody; None where nothing was typed, or the filters can't be read."""
        typed = self.form.cleaned_data.get("q") if self.is_valid() else ""
        return Search.of(typed, self.request.user).or_alike(self.only_typed) if typed else None

    def filter_queryset(self, queryset: QuerySet[Lead]) -> QuerySet[Lead]:
        self.narrowing = Narrowing()
        return self.narrowing.of(super().filter_queryset(queryset))

    def by_words(self, leads: QuerySet[Lead], name: str, value: str) -> QuerySet[Lead]:
        return leads.filter(self.search.begun) if self.search else leads

    def by_key(self, leads: QuerySet[Lead], name: str, value: str) -> QuerySet[Lead]:
        """The lead of this key, also where it has another since it was merged."""
        own = {"external_id": Q(external_id=value), "email": Q(address=value.strip().lower())}[name]
        known = LeadAlias.objects.filter(kind=name, value=value.strip().lower() if name == "email" else value)
        found = Lead.objects.alias(address=Lower("email")).filter(own).values_list("pk")
        return leads.filter(pk__in=[pk for (pk,) in found.union(known.values_list("lead"))])

    def by_update(self, leads: QuerySet[Lead], name: str, value: Any) -> QuerySet[Lead]:
        """Leads that were known before the import told something new of them."""
        touched, told = (model.objects.filter(run=value).values("lead") for model in (Touch, Event))
        return leads.filter(Q(pk__in=touched) | Q(pk__in=told)).exclude(run=value)

    def by_state(self, leads: QuerySet[Lead], name: str, value: list[str]) -> QuerySet[Lead]:
        if not value:
            return leads
        state = clock.state_expression(timezone.now())
        if value == [clock.State.RELEASED.value]:
            self.narrowing.among(Handoff.objects.filter(clock.is_released()).values_list("lead", flat=True))
        return leads.filter(_has(Handoff.objects.annotate(state=state).filter(state__in=value)))

    def by_overdue(self, leads: QuerySet[Lead], name: str, value: bool) -> QuerySet[Lead]:
        return _kept(
            leads, _has(Handoff.objects.open().filter(clock.is_breached(timezone.now()), responded_at=None)), value
        )

    def by_stage(self, leads: QuerySet[Lead], name: str, values: list[str]) -> QuerySet[Lead]:
        if values == [Lead.Stage.NURTURE]:
            # Each of them has a day, and those that have one are in an index.
            leads = leads.filter(wake_up_on__isnull=False)
        return leads.filter(stage__in=values) if values else leads

    def by_touched_campaign(self, leads: QuerySet[Lead], name: str, value: Campaign) -> QuerySet[Lead]:
        return leads.filter(pk__in=Touch.objects.filter(campaign=value).values("lead"))

    def by_touched_programme(self, leads: QuerySet[Lead], name: str, value: Campaign) -> QuerySet[Lead]:
        """Any touch with the programme or with a campaign under it."""
        return leads.filter(pk__in=Touch.objects.filter(campaign__any=value.family()).values("lead"))

    def by_source(self, leads: QuerySet[Lead], name: str, value: str) -> QuerySet[Lead]:
        self.narrowing.has(name, value)
        return leads.filter(source__iexact=value)

    def by_owner(self, leads: QuerySet[Lead], name: str, value: Any) -> QuerySet[Lead]:
        if value == NOBODY:
            return leads.filter(owner=None)
        # Without a request nobody asks, and nobody is "me".
        owner = (getattr(self.request, "user", None) or 0) if value == ME else value
        return leads.filter(owner=owner, pk__in=Handoff.objects.filter(rep=owner).values("lead"))

    def by_team(self, leads: QuerySet[Lead], name: str, value: Team) -> QuerySet[Lead]:
        return leads.filter(_has(Handoff.objects.filter(team=value)))

    def by_target(self, leads: QuerySet[Lead], name: str, value: bool) -> QuerySet[Lead]:
        targets = Organisation.objects.filter(is_target=True).values("pk")
        return leads.filter(organisation__in=targets) if value else leads.exclude(organisation__in=targets)

    def by_own_or_organisation(self, leads: QuerySet[Lead], name: str, value: str) -> QuerySet[Lead]:
        # The lead wins over its organisation, as in the lead definition.
        self.narrowing.has(name, value)
        theirs = Q(**{name: "", f"organisation__{name}__iexact": value})
        return leads.filter(Q(**{f"{name}__iexact": value}) | theirs)

    def by_employees(self, leads: QuerySet[Lead], name: str, value: Any) -> QuerySet[Lead]:
        side = "gte" if name.endswith("min") else "lte"
        self.narrowing.employs(**{"least" if side == "gte" else "most": int(value)})
        leads = leads.alias(people=Coalesce("employees", "organisation__employees"))
        return leads.filter(**{f"people__{side}": value})

    def by_job_title(self, leads: QuerySet[Lead], name: str, value: str) -> QuerySet[Lead]:
        for word in value.split()[:5]:
            leads = leads.filter(job_title__icontains=word)
        return leads

    def by_touched_after(self, leads: QuerySet[Lead], name: str, value: datetime) -> QuerySet[Lead]:
        return leads.filter(_has(Touch.objects.filter(at__gte=value)))

    def by_touched_before(self, leads: QuerySet[Lead], name: str, value: datetime) -> QuerySet[Lead]:
        # Each is captured with its first touch: the bound lets the list start there.
        return leads.filter(~_has(Touch.objects.filter(at__gte=value)), captured_at__lt=value)

    def by_handed_off(self, leads: QuerySet[Lead], name: str, value: datetime) -> QuerySet[Lead]:
        bounds = {
            f"at__{side}": self.form.cleaned_data[f"handed_off_{end}"]
            for end, side in (("after", "gte"), ("before", "lt"))
            if self.form.cleaned_data.get(f"handed_off_{end}")
        }
        return leads.filter(_has(Handoff.objects.filter(**bounds)))

    def by_tag(self, leads: QuerySet[Lead], name: str, value: str) -> QuerySet[Lead]:
        tagged = Q(tags__contains=[value.strip().lower()])
        # The second condition lets the partial index answer; in the list it would make the planner take them for fewer.
        self.narrowing.among(Lead.objects.filter(tagged).exclude(tags=[]).values_list("pk", flat=True))
        return leads.filter(tagged)

    def by_kept_out(self, leads: QuerySet[Lead], name: str, value: bool) -> QuerySet[Lead]:
        if value:
            self.narrowing.marked("kept out")
        return _kept(leads, ~Q(kept_out=""), value)

    def by_contact(self, leads: QuerySet[Lead], name: str, value: bool) -> QuerySet[Lead]:
        if value:
            self.narrowing.marked("do not contact")
        return leads.filter(do_not_contact=value)

    def by_email(self, leads: QuerySet[Lead], name: str, value: bool) -> QuerySet[Lead]:
        if not value:
            self.narrowing.marked("no address")
        return leads.filter(email__isnull=not value)

    def by_phone(self, leads: QuerySet[Lead], name: str, value: bool) -> QuerySet[Lead]:
        self.narrowing.marked("phone" if value else "no phone")
        return _kept(leads, ~Q(phone=""), value)

    def by_fact(self, leads: QuerySet[Lead], name: str, value: tuple[str, str]) -> QuerySet[Lead]:
        fact, said = value
        self.narrowing.says(fact, said)
        return leads.alias(fact=Lower(KeyTextTransform(fact, "facts"))).filter(fact=Lower(Value(said)))


def _has(rows: QuerySet[Any]) -> Any:
    return Exists(rows.filter(lead=OuterRef("pk")))


def _kept(leads: QuerySet[Lead], condition: Any, value: bool) -> QuerySet[Lead]:
    return leads.filter(condition if value else ~condition)
