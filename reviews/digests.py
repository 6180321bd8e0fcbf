"""The digest of a snapshot: SHA-256 over its canonical form, which `docs/signing.md` tells in words."""

import json
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from django.db.models import F, Func, TextField
from django.db.models.functions import Cast

from reviews.models import Snapshot

FIELDS = (
    "basis", "lead", "month", "campaign", "source", "counts", "revenue", "pipeline", "revenue_in_period", "waits",
    "passages",
)  # fmt: skip
AMOUNTS = ("revenue", "pipeline", "revenue_in_period")
CHUNK = 5_000


def canonical(plain: Any) -> str:
    """JSON with sorted keys on one line, as it is kept and signed."""
    return json.dumps(plain, sort_keys=True, ensure_ascii=False, allow_nan=False)


def digest_of(snapshot: Snapshot) -> str:
    """The digest of what stands in the database now, in hexadecimal. Memory stays flat."""
    found = sha256()
    for line in _lines(snapshot):
        found.update(line.encode())
        found.update(b"\n")
    return found.hexdigest()


def _lines(snapshot: Snapshot) -> Iterator[str]:
    pieces = snapshot.pieces.order_by("part", "position").values_list("part", "position", "text")
    for part, position, text in pieces.iterator(CHUNK):
        yield f"{part}\t{position}\t{text}"
    # PostgreSQL writes jsonb as `canonical` writes JSON; amounts are texts, so that no zero is lost.
    said = [Cast(name, TextField()) if name in AMOUNTS else F(name) for name in FIELDS]
    line = Cast(Func(*said, function="jsonb_build_array"), TextField())
    leads = snapshot.leads.order_by("basis", "lead", "month").values_list(line, flat=True)
    yield from leads.iterator(CHUNK)
