"""What both sides aim at and owe each other in the quarters of the story; the heads sign in its first days."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from accounts.models import User
from accounts.quarters import quarter_of
from alignment.demo.moments import Moments
from alignment.demo.setting import WRITTEN_FOR
from campaigns.models import Campaign
from leads.models import Organisation
from leads.organisations import mark_target
from reviews.agreeing import add_commitment, latest, sign
from reviews.aiming import set_goal
from reviews.initiatives import begin_initiative
from reviews.opening import review_of

DAY, MORNING = timedelta(days=1), timedelta(hours=9, minutes=5)
# The quarter that runs is 0.
FIRST = -3
# side, figure, target, owner, what happens if it is missed
OWED = (
    ("marketing", "handed_off_ab", 28, "mara", "move 15,000 from events to the channel with the best acceptance."),
    ("marketing", "accepted_of_judged", "0.65", "jonas", "rework the offer of the weakest campaign within two weeks."),
    ("marketing", "reachable", "0.95", "lena", "check every list by hand before it is loaded."),
    ("sales", "answered_in_time", "0.9", "tobias", "keep two reps at the desk in every week with an event."),
    ("sales", "verdict_in_time", "0.9", "tobias", "hold the Friday review until the list is empty."),
    ("sales", "reasons_of_the_buyer", "0.6", "katja", "let marketing sit in on five calls."),
)
# side, figure, target, owner
GOALS = (
    ("marketing", "handed_off_ab", 30, "mara"), ("marketing", "cost_per_accepted", 900, "mara"),
    ("sales", "answered_in_time", "0.95", "tobias"), ("sales", "speed_median_hours", 72, "tobias"),
    ("both", "opportunities", 8, "tobias"), ("both", "revenue_in_period", 120_000, "mara"),
)  # fmt: skip
# name, owner, state, campaigns
BEGUN = (
    ("Retrofit first: one story in all channels", "jonas", "running", ("linkedin-retrofit", "webinars-monthly")),
    ("Second rep at the desk after every event", "tobias", "planned", ()),
)
TARGETS = 5
GROWING = {"handed_off_ab", "opportunities", "revenue_in_period"}


def promise(people: dict[str, User], moments: Moments, leads: int) -> None:
    """Goals and a signed agreement for each quarter of the story from the second on."""
    factor = max(Decimal(1), Decimal(leads) / WRITTEN_FOR)
    for index in range(FIRST, 1):
        quarter = quarter_of(moments.now).shifted(index)
        at = quarter.start + DAY + MORNING
        given: Any = {"by": people["mara"], "at": at}
        for side, figure, target, owner, clause in OWED:
            facts = {"side": side, "figure": figure, "owner": people[owner], "clause": clause}
            add_commitment(quarter.key, facts | {"target": _target(figure, target, factor)}, **given)
        for side, figure, target, owner in GOALS:
            facts = {"side": side, "figure": figure, "owner": people[owner], "note": ""}
            set_goal(quarter.key, facts | {"target": _target(figure, target, factor)}, **given)
        made = latest(review_of(quarter, now=at))
        for key, days in (("mara", 1), ("tobias", 2)):
            if made and at + days * DAY <= moments.now:
                sign(quarter.key, version=made.version, by=people[key], at=at + days * DAY)


def undertake(people: dict[str, User], moments: Moments) -> None:
    """Key initiatives of the quarter that runs, and its target accounts: the newest with an outcome."""
    for name, owner, state, codes in BEGUN:
        facts = {"name": name, "owner": people[owner], "state": state}
        linked = Campaign.objects.filter(code__in=codes)
        key = quarter_of(moments.now).key
        begin_initiative(key, facts | {"campaigns": linked}, by=people["mara"], at=moments.now)
    for organisation in Organisation.objects.filter(leads__outcomes__isnull=False).distinct().order_by("-pk")[:TARGETS]:
        mark_target(organisation, by=people["tobias"], at=moments.now)


def _target(figure: str, amount: int | str, factor: Decimal) -> Decimal:
    return Decimal(amount) * factor if figure in GROWING else Decimal(amount)
