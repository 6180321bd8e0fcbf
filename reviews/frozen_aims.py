"""Goals and the agreement in a snapshot: as they are kept, and as the page reads them again."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from accounts.models import User
from campaigns.models import Campaign
from reviews.aims import Told, halves
from reviews.models import Agreement, Commitment, Goal
from reviews.pace import Progress, Standing, State
from reviews.values import Value

Plain = dict[str, Any]


def kept_aims(page: Plain) -> Plain:
    """What the context of a live page says of goals and of both halves of the agreement."""
    agreement, progress = page["agreement"], page["progress"]
    return {
        "progress": {"day": progress.day, "days": progress.days, "is_over": progress.is_over,
                     "matures": progress.matures},
        "goals": [_kept(told) | {"note": told.aim.note} for told in page["goals"]],
        "agreement": {
            "number": agreement.number, "signed_at": agreement.signed_at.isoformat() if agreement.signed_at else None,
            "commitments": [
                _kept(told) | {"clause": told.aim.clause} for _side, rows in page["halves"] for told in rows
            ],
        } if agreement else None,
    }  # fmt: skip


def _kept(told: Told[Any]) -> Plain:
    aim = told.aim
    return {
        "side": aim.side, "figure": aim.figure, "target": str(aim.target), "owner": str(aim.owner),
        "campaign": aim.campaign.code if aim.campaign else "", "name": str(aim.campaign or ""),
        "value": told.value.as_json(), "state": told.standing.state.value, "words": str(told.standing.words),
        "pace": told.standing.pace, "within": told.within,
    }  # fmt: skip


def frozen_aims(kept: Plain, value: Callable[[str, Plain], Value]) -> Plain:
    """The context of the page again. `value` makes a figure by its key of what was kept of it."""
    agreement = kept["agreement"]
    told = [_told(Commitment(clause=one["clause"]), one, value) for one in (agreement or {}).get("commitments", [])]
    return {
        "progress": Progress(**kept["progress"]),
        "goals": [_told(Goal(note=one["note"]), one, value) for one in kept["goals"]],
        "halves": halves(told),
        "agreement": Agreement(number=agreement["number"], signed_at=_moment(agreement["signed_at"]))
        if agreement else None,
    }  # fmt: skip


def _told(aim: Any, kept: Plain, value: Callable[[str, Plain], Value]) -> Told[Any]:
    aim.side, aim.figure, aim.target = kept["side"], kept["figure"], Decimal(kept["target"])
    aim.owner = User(name=kept["owner"])
    aim.campaign = Campaign(code=kept["campaign"], name=kept["name"]) if kept["campaign"] else None
    standing = Standing(State(kept["state"]), kept["words"], kept["pace"])
    return Told(aim, value(kept["figure"], kept["value"]), standing, kept["within"])


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
