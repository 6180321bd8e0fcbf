"""A quarter that is over, and what it takes to clear it away where a test committed it."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from statistics import median
from typing import Any

from django.db import connection
from django.db.models import Q

from reviews.figures import FIGURES
from reviews.models import (
    Agreement,
    AgreementSignature,
    Commitment,
    FrozenLead,
    Piece,
    Review,
    SignOff,
    Snapshot,
)
from reviews.signing import freeze, sign
from reviews.values import Unit
from tests.cast import Cast

KEY = "2026-Q3"
OVER = datetime(2026, 10, 8, 9, tzinfo=UTC)
TABLES = (SignOff, Piece, FrozenLead, Snapshot, AgreementSignature, Commitment, Agreement)


def frozen(cast: Cast, at: datetime = OVER) -> Snapshot:
    review = Review.objects.filter(quarter=KEY).first()
    return freeze(KEY, version=review.version if review else 1, by=cast.marketing_manager, at=at)


def signed(cast: Cast, at: datetime = OVER) -> Review:
    return sign(KEY, frozen(cast, at).digest, by=cast.sales_manager, at=at)


def unguarded(change: Any) -> None:
    """Change what was frozen as only the owner of the tables can, who may take the guards away."""
    with connection.cursor() as cursor:
        for act in ("DISABLE", "ENABLE"):
            for table in TABLES:
                cursor.execute(f"ALTER TABLE {table._meta.db_table} {act} TRIGGER USER")
            if act == "DISABLE":
                change()


def clear_away() -> None:
    """Where a test committed a signed quarter or agreement, emptying the tables would be refused."""
    unguarded(lambda: [table.objects.all()._raw_delete("default") for table in TABLES])


def recounted(snapshot: Snapshot, measure: str, **narrow: Any) -> int:
    """How many leads a measure counts, from the frozen rows alone."""
    return snapshot.leads.filter(Q(counts__contains=[measure]), **narrow).values("lead").distinct().count()


def summed(snapshot: Snapshot, amount: str, **narrow: Any) -> Decimal | None:
    found = [row for row in snapshot.leads.filter(**narrow).values_list(amount, flat=True) if row is not None]
    return sum(found) if found else None


def frozen_figures(snapshot: Snapshot, part: str, name: str = "") -> dict[str, Any]:
    """The figures of a part of the snapshot; of campaigns by code, of months by their first day."""
    items = [json.loads(text) for text in snapshot.pieces.filter(part=part).values_list("text", flat=True)]
    found = next(item for item in items if name in (item.get("code", ""), item.get("month", ""))) if name else items[0]
    told: dict[str, Any] = found["figures"]
    return told


def check_sums(snapshot: Snapshot, told: dict[str, Any], **narrow: Any) -> None:
    """Sums recomputed from the frozen leads are these frozen figures."""
    for key, figure in FIGURES.items():
        value = told[key]
        if figure.unit == Unit.COUNT:
            assert value["value"] == recounted(snapshot, figure.numerator, **narrow), key
        elif figure.unit == Unit.RATE:
            parts = [recounted(snapshot, str(measure), **narrow) for measure in (figure.numerator, figure.denominator)]
            assert [value["numerator"], value["denominator"]] == parts, key
    for key in ("revenue", "pipeline", "revenue_in_period"):
        amount = summed(snapshot, key, **narrow)
        assert Decimal(told[key]["numerator"] or 0) == (amount or 0), key
    hours = _hours(snapshot, "waits", 3_600_000_000, **narrow)
    assert told["speed_median_hours"]["value"] == (round(median(hours), 2) if hours else None)
    days = _hours(snapshot, "passages", 86_400_000_000, **narrow)
    assert told["days_to_win"]["value"] == (round(median(days), 2) if days else None)


def _hours(snapshot: Snapshot, spans: str, unit: int, **narrow: Any) -> list[float]:
    return [us / unit for row in snapshot.leads.filter(**narrow).values_list(spans, flat=True) for us in row]
