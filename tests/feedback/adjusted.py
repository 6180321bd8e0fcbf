"""What the tests of adjustments start from: leads that sales judged, and an adjustment that answers them."""

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from campaigns.models import Campaign
from feedback.adjusting import open_adjustment
from feedback.models import Adjustment, Reason, Verdict
from leads.models import Handoff
from tests.cast import Cast, handoff

_numbers = count()


def campaign(code: str = "fair") -> Campaign:
    return Campaign.objects.get_or_create(code=code, defaults={"name": code.title()})[0]


def judged(cast: Cast, at: datetime, said: str = "", times: int = 1, code: str = "fair", **facts: Any) -> list[Handoff]:
    """Handoffs made at `at` that the rep judged: with the reason `said`, or accepted."""
    campaign(code)
    made = [handoff(f"n{next(_numbers)}@gmail.com", at, cast.rep, campaign=code, **facts) for _n in range(times)]
    reason = Reason.objects.get(key=said) if said else None
    verdict = "accepted" if reason is None else "nurture" if reason.group == "timing" else "rejected"
    wakes = date(2027, 5, 1) if verdict == "nurture" else None
    Verdict.objects.bulk_create(
        Verdict(handoff=one, verdict=verdict, reason=reason, wake_up_on=wakes, at=at, by=cast.rep) for one in made
    )
    pks = [one.pk for one in made]
    Handoff.objects.filter(pk__in=pks).update(verdict_at=at, closed_at=at, responded_at=at, responded_by=cast.rep)
    return made


def adjustment(cast: Cast, at: datetime, reason: str = "too_small", **facts: Any) -> Adjustment:
    """An adjustment of the fair that the marketer opened and owns."""
    told = {
        "group": "wrong_target", "reason": Reason.objects.get(key=reason) if reason else None, "title": "Ask the size",
        "owner": cast.marketer, "due_on": (at + timedelta(days=14)).date(), "by": cast.marketer, "at": at,
    }  # fmt: skip
    return open_adjustment(campaign(), **told | facts)
