"""Deals for the tests of credit: told to the database, and shared by hand."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from campaigns.models import Campaign
from feedback.models import Outcome
from leads.models import Handoff, Lead, Touch
from reviews.attribution import shares
from reviews.periods import Period
from tests.reviews import credit_by_hand
from tests.reviews.credit_by_hand import Contact

DAY = timedelta(days=1)
START = datetime(2026, 7, 6, 9, tzinfo=UTC)
NOW = datetime(2026, 9, 16, 12, tzinfo=UTC)
ALL = Period("all")
CAMPAIGNS = ("fair", "search", "mail", "")


@dataclass(frozen=True)
class Deal:
    """Touches (campaign and day), and the days of what came of them."""

    touches: list[tuple[str, float]]
    amount: Decimal | None = Decimal(1000)
    won: float | None = 30
    opened: float | None = None
    handed: float | None = None
    moved: timedelta = field(default=timedelta(0))

    def moment(self, day: float) -> datetime:
        return START + self.moved + timedelta(seconds=round(day * 86_400))

    @property
    def end(self) -> float:
        return (self.opened or 0) if self.won is None else self.won

    @property
    def opened_after_the_win(self) -> bool:
        return self.opened is not None and self.won is not None and self.moment(self.opened) > self.moment(self.won)

    def by_hand(self, model: str) -> Counter[str | None]:
        assert self.amount is not None
        contacts = [Contact(self.moment(day), n, name) for n, (name, day) in enumerate(self.touches)]
        opened = None if self.opened is None or self.opened_after_the_win else self.moment(self.opened)
        handed = None if self.handed is None else self.moment(self.handed)
        if handed and handed > (opened or self.moment(self.end)):
            handed = None
        end = self.moment(self.end)
        return credit_by_hand.shared(int(100 * self.amount), contacts, model, end=end, opened=opened, handed=handed)

    def told(self, **facts: object) -> Lead:
        """The same in the database."""
        lead = Lead.objects.create(email=f"x{Lead.objects.count()}@x.test", captured_at=START, **facts)
        for number, (name, day) in enumerate(self.touches):
            kind = Touch.Kind.values[number % len(Touch.Kind.values)]
            about = Campaign.objects.get_or_create(code=name, defaults={"name": name})[0] if name else None
            Touch.objects.create(lead=lead, campaign=about, at=self.moment(day), kind=kind)
        if self.handed is not None:
            Handoff.objects.create(lead=lead, grade="A", at=self.moment(self.handed), closed_at=self.moment(99))
        for kind, day in (("opportunity", self.opened), ("won", self.won)):
            if day is not None:
                Outcome.objects.create(lead=lead, kind=kind, at=self.moment(day), amount=self.amount)
        return lead


def told(*models: str, period: Period = ALL, kind: str = "won") -> dict[str, dict[str | None, Decimal]]:
    """By model: the credit of each campaign; None is what no touch came before."""
    names = dict(Campaign.objects.values_list("pk", "code"))
    found: dict[str, dict[str | None, Decimal]] = {model: {} for model in models}
    for share in shares(period, models, now=NOW):
        if share.kind == kind:
            name = None if share.untouched else names[share.campaign] if share.campaign else ""
            found[share.model][name] = share.amount
    return found
