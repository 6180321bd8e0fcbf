"""A quarter that is over, and what it takes to clear it away where a test committed it."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Q

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
