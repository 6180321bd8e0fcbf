"""Goals and commitments as they are read: the value of today, the target, the pace, and how far that is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar
from urllib.parse import urlencode

from accounts.models import User
from accounts.quarters import Quarter
from leads.models import ServiceLevel
from leads.service_levels import held
from reviews.diagnosis import Agreed, passage
from reviews.figures import FIGURES, valued
from reviews.measures import measure, measure_by
from reviews.models import Agreement, Commitment, Goal, Review
from reviews.pace import RIPENS, Standing, marks, progress, standing
from reviews.slices import Slice
from reviews.values import Figure, Value, Values

Row = TypeVar("Row", Goal, Commitment)
# Figures by campaign (its id); None: of all leads of the quarter.
Known = Mapping[int | None, Values]
# Which service levels say what "in time" means.
CLOCKS = {"answered_in_time": ServiceLevel.Kind.FIRST_RESPONSE, "verdict_in_time": ServiceLevel.Kind.VERDICT}


@dataclass(frozen=True)
class Told(Generic[Row]):
    """An aim with its value and how far that is; `within` are the targets of the service levels, where it has any."""

    aim: Row
    value: Value
    standing: Standing
    within: str = ""

    @property
    def figure(self) -> Figure:
        return self.value.figure

    @property
    def query(self) -> str:
        """What narrows the list of leads to the campaign."""
        return urlencode({"campaign": self.aim.campaign.code}) if self.aim.campaign else ""

    @property
    def marks(self) -> dict[str, float | None]:
        return marks(self.value, self.aim.target, self.standing.pace)


def goals_of(review: Review) -> list[Goal]:
    """In the order of the page: marketing, sales, both together."""
    rows = Goal.objects.filter(review=review.pk).select_related("owner", "campaign")
    return sorted(rows, key=_in_order)


def commitments_of(agreement: Agreement | None) -> list[Commitment]:
    if agreement is None or agreement.pk is None:
        return []
    return sorted(agreement.commitments.select_related("owner", "campaign"), key=_in_order)


def told(
    aims: Iterable[Row], quarter: Quarter, *, now: datetime, known: Known | None = None, takes: timedelta | None = None
) -> list[Told[Row]]:
    """Each of `aims` as it stands now. `known` are figures that were made already, `takes` is how long wins do."""
    rows = [aim for aim in aims if aim.figure in FIGURES]
    values = _values(rows, quarter, now, known or {})
    ripens = takes is None and any(row.figure in RIPENS for row in rows)
    at = progress(quarter, now=now, passage=passage(now) if ripens else takes)
    within = clock_words(quarter, now) if any(row.figure in CLOCKS for row in rows) else {}
    found = []
    for row in rows:
        value = values.get((row.campaign_id, row.figure)) or FIGURES[row.figure].value({})
        found.append(Told(row, value, standing(value, row.target, at), within.get(row.figure, "")))
    return found


def clock_words(quarter: Quarter, now: datetime) -> dict[str, str]:
    """What "in time" means by the service levels that hold, or held at the end of the quarter, by figure."""
    levels = held(min(max(now, quarter.start), quarter.end))
    found = {}
    for figure, kind in CLOCKS.items():
        grades: dict[str, list[str]] = {}
        for level in levels:
            if level.kind == kind and level.now:
                grades.setdefault(level.now.words, []).append(level.grade)
        found[figure] = ", ".join(f"{' + '.join(known)}: {words}" for words, known in grades.items())
    return found


def agreed(quarter: Quarter) -> Agreed:
    """The targets of the latest version that both sides signed; nothing where none is signed."""
    signed = Agreement.objects.filter(review__quarter=quarter.key, signed_at__isnull=False).order_by("-number")
    rows = Commitment.objects.filter(agreement=signed.values("pk")[:1]).values_list("figure", "campaign", "target")
    return {(figure, campaign): target for figure, campaign, target in rows}


def _values(aims: Iterable[Row], quarter: Quarter, now: datetime, known: Known) -> dict[tuple[int | None, str], Value]:
    """By campaign and figure; what is not known is measured, and no more."""
    asked = {(aim.campaign_id, aim.figure) for aim in aims}
    found = {(pk, key): known[pk][key] for pk, key in asked if key in known.get(pk, {})}
    missing = asked - found.keys()
    whole = {key for pk, key in missing if pk is None}
    if whole:
        values = valued(measure(Slice(quarter), now=now, only=_needs(whole)), whole)
        found |= {(None, key): value for key, value in values.items()}
    narrow = {key for pk, key in missing if pk is not None}
    if narrow:
        part = Slice(quarter, campaigns=frozenset(pk for pk, _key in missing if pk is not None))
        for pk, measured in measure_by("campaign", part=part, now=now, only=_needs(narrow)).items():
            found |= {(pk, key): value for key, value in valued(measured, narrow).items()}
    return found


def _needs(figures: Iterable[str]) -> set[str]:
    return set().union(*(FIGURES[key].needs for key in figures))


def _in_order(aim: Row) -> tuple[int, int]:
    return [*aim.Side.values].index(aim.side), aim.pk


def halves(commitments: Iterable[Told[Commitment]]) -> list[tuple[str, list[Told[Commitment]]]]:
    """The commitments of marketing and of sales."""
    rows = list(commitments)
    return [(side.value, [row for row in rows if row.aim.side == side]) for side in User.Side]
