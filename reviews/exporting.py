"""A review as files: every table as CSV or XLSX, and all of it as JSON; live, or as it was frozen."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from accounts.quarters import Quarter
from common.pictures import one_picture
from reviews.figures import FIGURES
from reviews.frozen import snapshot_of
from reviews.models import Review, Snapshot
from reviews.parts import taken

Plain = dict[str, Any]
# The figures of the whole, one in each row.
FIGURES_TABLE = "figures"
# Those that every review has.
TABLES = (
    FIGURES_TABLE, "campaigns", "sources", "months", "came_of", "decisions", "minutes", "adjustments", "plan", "costs",
    "words",
)  # fmt: skip
# Parts that are one piece.
SINGLE = ("calendar", "whole", "aims", "grade_check", "credit")


def whole(quarter: Quarter, review: Review, *, now: datetime) -> Plain:
    """All that the review says, part by part, with its status and its signatures."""
    snapshot = snapshot_of(review)
    with one_picture():
        parts = _frozen(snapshot) if snapshot else taken(quarter, review, now=now)
    signatures = snapshot.signatures.select_related("by") if snapshot else []
    return {
        "quarter": quarter.key,
        "status": review.status,
        "digest": snapshot.digest if snapshot else None,
        "signatures": [{"side": s.side, "by": str(s.by), "at": s.at.isoformat()} for s in signatures],
        "parts": parts,
    }


def tables(found: Plain) -> dict[str, list[Plain]]:
    """Every table by its name, as rows of plain values."""
    parts = found["parts"]
    figures = [{"figure": key} | told for key, told in parts["whole"]["figures"].items()]
    rows = {name: [flat(item) for item in part] for name, part in parts.items() if isinstance(part, list)}
    return {name: [] for name in TABLES} | {FIGURES_TABLE: figures} | rows


def lines(rows: list[Plain]) -> tuple[list[str], Iterable[list[Any]]]:
    """Head and lines of a file."""
    head = list(dict.fromkeys(name for row in rows for name in row))
    return head, ([row.get(name, "") for name in head] for row in rows)


def flat(item: Plain, under: str = "") -> Plain:
    """A piece as one row: of figures the values, and of rates what they are made of."""
    row: Plain = {}
    for name, value in item.items():
        label = f"{under}{name}"
        if name in FIGURES and isinstance(value, dict) and "numerator" in value:
            row[label] = value["value"]
            if FIGURES[name].denominator and value["low"] is not None:
                row |= {f"{label} numerator": value["numerator"], f"{label} denominator": value["denominator"]}
        elif isinstance(value, dict):
            row |= flat(value, "" if name == "figures" else f"{label} ")
        else:
            row[label] = json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value
    return row


def _frozen(snapshot: Snapshot) -> Plain:
    """The parts again."""
    found: dict[str, list[Any]] = {}
    for part, text in snapshot.pieces.order_by("part", "position").values_list("part", "text"):
        found.setdefault(part, []).append(json.loads(text))
    return {part: pieces[0] if part in SINGLE else pieces for part, pieces in found.items()}
