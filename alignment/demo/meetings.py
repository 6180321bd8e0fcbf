"""What the joint reviews of the last quarters decided, each decision in the week after its quarter."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from accounts.models import User
from accounts.quarters import quarter_of
from alignment.demo.moments import Moments
from campaigns.models import Campaign
from reviews.deciding import NEW, decide

Act = Callable[[datetime], object]
MEETS_AFTER = timedelta(days=7)
HOUR = 10


@dataclass(frozen=True)
class Decided:
    """A decision of the review of a quarter (-1 is the last), and the figure that it should move."""

    quarter: int
    campaign: str
    kind: str
    rationale: str
    owner: str
    figure: str = ""
    hoped: str = ""


DECISIONS = (
    Decided(-2, "facebook-lead-forms", "abandon", "Three quarters, two wins. The money goes to Google Ads", "mara"),
    Decided(-2, "google-ads-condition-monitoring", "keep", "Same budget, more negative keywords", "lena", "accepted",
            "0.70"),
    Decided(-1, "webinars-monthly", "double_down", "Monthly instead of quarterly", "jonas", "leads", "40"),
    Decided(-1, "linkedin-retrofit", "fix", "Plants above 200 staff only", "lena", "reason_wrong_target", "1"),
    Decided(-1, "hannover-messe", "fix", "Ask budget and role at the scan, smaller stand", "mara", "accepted", "0.60"),
    Decided(-1, "cold-list-dach", "abandon", "No opportunity in two quarters", "jonas"),
    Decided(-1, "whitepaper-oee", "keep", "The brewers’ association sends it to its members", "lena",
            "answered_in_time", "0.95"),
)  # fmt: skip


def acts(people: Mapping[str, User], moments: Moments) -> Iterator[tuple[datetime, Act]]:
    """Each decision with its moment: minutes apart, a week after the quarter, or today where that is still to come."""
    for place, one in enumerate(DECISIONS):
        meeting = moments.at(moments.last_day(one.quarter) + MEETS_AFTER, HOUR)
        yield min(meeting, moments.now) + timedelta(minutes=place - len(DECISIONS)), _deciding(one, people, moments)


def _deciding(one: Decided, people: Mapping[str, User], moments: Moments) -> Act:
    def act(moment: datetime) -> None:
        facts = {
            "kind": one.kind, "rationale": one.rationale, "owner": people[one.owner], "figure": one.figure,
            "hoped": Decimal(one.hoped) if one.hoped else None, "confirmed": True,
        }  # fmt: skip
        key = quarter_of(moments.at(moments.quarter(one.quarter), HOUR)).key
        campaign = Campaign.objects.get(code=one.campaign)
        decide(key, campaign, facts, version=NEW, by=people["tobias"], at=moment)

    return act
