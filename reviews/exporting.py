"""A review as files: every table as CSV or XLSX, and all of it as JSON; live, or as it was frozen."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from accounts.models import User
from accounts.quarters import Quarter
from common.pictures import one_picture
from reviews.figures import FIGURES
from reviews.frozen import snapshot_of
from reviews.frozen_accounts import seen_accounts
from reviews.models import Review, Snapshot
from reviews.parts import taken

Plain = dict[str, Any]
# The figures of the whole, one in each row.
FIGURES_TABLE = "figures"
CREDIT_TABLE = "credit"
# Those that every review has.
TABLES = (
    FIGURES_TABLE, "campaigns", "sources", "months", "teams", "initiatives", "accounts", "came_of", "decisions",
    "minutes", "adjusted", "adjustments", "agreed_plan", "plan", "costs", CREDIT_TABLE, "deals", "funnel", "trends",
    "cohorts", "flow", "words",
)  # fmt: skip
# Parts that are one piece.
SINGLE = ("calendar", "whole", "aims", "grade_check", "credit", "waits", "accounts_together", "plan_together")


def whole(quarter: Quarter, review: Review, user: User, *, now: datetime) -> Plain:
    """All that the review says, part by part, with its status and its signatures; of target accounts those that
    `user` may see."""
    snapshot = snapshot_of(review)
    with one_picture():
        parts: Plain = _frozen(snapshot) if snapshot else taken(quarter, review, now=now)
    parts["accounts"] = seen_accounts(parts.get("accounts", []), user)
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
    shares = parts["credit"]["shares"]
    return {name: [] for name in TABLES} | {FIGURES_TABLE: figures, CREDIT_TABLE: shares} | rows


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
