"""What is there before the first lead: the company, its people and its campaigns."""

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from accounts.creating import create_user
from accounts.models import Company, User
from accounts.quarters import quarter_of
from alignment.demo.moments import Moments
from alignment.demo.story import COMPANY, PEOPLE, UNDERTAKINGS, Undertaking
from campaigns.activities import log_activity
from campaigns.costs import add_cost
from campaigns.keeping import create_campaign
from campaigns.models import Campaign
from campaigns.partnering import answer_as_partner
from leads.capture.accepting import accept, trap_filled
from leads.capture.addresses import open_address
from leads.capture.reading import Told
from leads.models import Submission
from notices.telling import mark_read

# The one campaign whose sales partner has not answered yet.
STILL_ASKED = "sps-nuernberg"
# The money in the story belongs to so many leads; more leads cost more.
WRITTEN_FOR = 400


def found_company() -> None:
    """Fill the company's row."""
    Company.objects.update_or_create(pk=1, defaults=COMPANY)


def hire(password: str) -> dict[str, User]:
    """The people by their key in the story; all have the same password."""
    return {
        key: create_user(email=email, name=name, password=password, **facts)
        for key, (email, name, facts) in PEOPLE.items()
    }


def plan_campaigns(people: dict[str, User], moments: Moments, leads: int) -> dict[str, Campaign]:
    """The campaigns by their code, with costs and activities until today."""
    made: dict[str, Campaign] = {}
    money = _Money(leads)
    for undertaking in UNDERTAKINGS:
        made[undertaking.code] = _plan(undertaking, made, people, moments, money)
    _open_form(made["website"], people["lena"], moments)
    return made


def _open_form(campaign: Campaign, owner: User, moments: Moments) -> None:
    """The form of the web site, and what a program left in it last night."""
    address = open_address(
        campaign, kind="form", by=owner, name="Quote form", touch_kind="quote", title="Ask for a quote",
        intro="Tell us about your plant, and one of our engineers calls you within a week.",
        consent="You may write to me about heat recovery. I can take this back at any time.",
        fields=[{"name": "email"}, {"name": "name", "required": True}, {"name": "organisation"}, {"name": "note"}],
    )  # fmt: skip
    spam = Told(values={"email": "offers@example.net", "name": "Cheap offers", "note": "Rank first tomorrow"})
    at = moments.now - timedelta(hours=9)
    accept(address, [spam], at=at, state=Submission.State.SUSPECT, sentence=trap_filled())


class _Money:
    def __init__(self, leads: int) -> None:
        self.factor = max(Decimal(1), Decimal(leads) / WRITTEN_FOR)

    def __call__(self, amount: int | None) -> Decimal | None:
        return None if amount is None else (amount * self.factor).quantize(Decimal(1))


def _plan(
    undertaking: Undertaking, made: dict[str, Campaign], people: dict[str, User], moments: Moments, money: _Money
) -> Campaign:
    (start, number), end = undertaking.runs
    owner = people[undertaking.owner]
    campaign = create_campaign(
        name=undertaking.name, code=undertaking.code, channel=undertaking.channel, by=owner, owner=owner,
        parent=made.get(undertaking.parent), starts_on=moments.day(start, number),
        ends_on=min(moments.day(*end), moments.last_day(end[0])) if end else None,
        sales_partner=people[undertaking.partner] if undertaking.partner else None, budget=money(undertaking.budget),
        countries=undertaking.region,
    )  # fmt: skip
    # They were logged three weeks ahead, not on the day on which the story is told.
    logged = moments.quarter(start) + timedelta(days=number - 21)
    Campaign.objects.filter(pk=campaign.pk).update(created_at=min(quarter_of(moments.now).moment(logged), moments.now))
    if campaign.partner_state and undertaking.code != STILL_ASKED:
        partner = people[undertaking.partner or ""]
        now = timezone.now()
        answer_as_partner(campaign, agrees=True, version=campaign.version, by=partner, at=now)
        for person in (partner, owner):
            mark_read(person, at=now)
    for kind, planned, actual, index, day in undertaking.costs:
        # Counted from the quarter's first day, so that what is still to be paid lies ahead.
        on = moments.quarter(index) + timedelta(days=day)
        spent = money(actual) if on <= moments.today else None
        add_cost(campaign, by=owner, kind=kind, planned=money(planned), actual=spent, on=on)
    for index, day, what in undertaking.activities:
        log_activity(campaign, by=owner, what=what, on=min(moments.day(index, day), moments.last_day(index)))
    return campaign
