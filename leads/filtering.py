"""The filters of the lead list, the same for the page and the API."""

from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from campaigns.models import Campaign
from leads import clock
from leads.models import Handoff, Lead

STATES = [
    (clock.State.PENDING.value, _("Pending")),
    (clock.State.AT_RISK.value, _("At risk")),
    (clock.State.MET.value, _("Answered in time")),
    (clock.State.BREACHED.value, _("Late")),
    (clock.State.RELEASED.value, _("Released")),
]
NO_CHOICE = {"invalid_choice": _("“%(value)s” is none of the choices.")}
NO_MOMENT = {"invalid": _("Write a moment such as 2026-10-08T09:00Z.")}
NO_DAY = {"invalid": _("Write a day such as 2027-03-01.")}


class LeadFilter(django_filters.FilterSet):
    """What a page or the API may ask for; each refusal says what to write."""

    q = django_filters.CharFilter(method="by_words", label=_("Search"))
    grade = django_filters.MultipleChoiceFilter(choices=Lead.Grade.choices, label=_("Grade"), error_messages=NO_CHOICE)
    stage = django_filters.MultipleChoiceFilter(choices=Lead.Stage.choices, label=_("Stage"), error_messages=NO_CHOICE)
    campaign = django_filters.ModelChoiceFilter(
        queryset=Campaign.objects.all(),
        to_field_name="code",
        label=_("Campaign"),
        error_messages={"invalid_choice": _("There is no campaign with this code.")},
    )
    source = django_filters.CharFilter(lookup_expr="iexact", label=_("Source"))
    owner = django_filters.ModelChoiceFilter(
        queryset=User.objects.all(), label=_("Owner"), error_messages={"invalid_choice": _("There is no such person.")}
    )
    organisation = django_filters.NumberFilter(field_name="organisation", label=_("Organisation"))
    state = django_filters.MultipleChoiceFilter(
        choices=STATES, method="by_state", label=_("Clock"), error_messages=NO_CHOICE
    )
    overdue = django_filters.BooleanFilter(method="by_overdue", label=_("Overdue"))
    captured_after = django_filters.IsoDateTimeFilter(
        field_name="captured_at", lookup_expr="gte", label=_("Captured from"), error_messages=NO_MOMENT
    )
    captured_before = django_filters.IsoDateTimeFilter(
        field_name="captured_at", lookup_expr="lt", label=_("Captured before"), error_messages=NO_MOMENT
    )
    wakes_before = django_filters.DateFilter(
        field_name="wake_up_on", lookup_expr="lt", label=_("Wakes up before"), error_messages=NO_DAY
    )

    class Meta:
        model = Lead
        fields: list[str] = []

    def by_words(self, leads: QuerySet[Lead], name: str, value: str) -> QuerySet[Lead]:
        return leads.search(value)  # type: ignore[attr-defined]

    def by_state(self, leads: QuerySet[Lead], name: str, value: list[str]) -> QuerySet[Lead]:
        if not value:
            return leads
        state = clock.state_expression(timezone.now())
        return leads.filter(_has(Handoff.objects.annotate(state=state).filter(state__in=value)))

    def by_overdue(self, leads: QuerySet[Lead], name: str, value: bool) -> QuerySet[Lead]:
        late = _has(Handoff.objects.open().filter(clock.is_breached(timezone.now()), responded_at=None))
        return leads.filter(late if value else ~late)


def _has(handoffs: QuerySet[Handoff]) -> Any:
    return Exists(handoffs.filter(lead=OuterRef("pk")))
