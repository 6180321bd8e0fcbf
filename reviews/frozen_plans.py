"""Plans and adjustments in a snapshot: what was agreed to spend, what the next quarter is given, and what changes."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from accounts.models import User
from accounts.quarters import Quarter
from campaigns.models import Campaign
from feedback.adjustments import Told as Adjusted
from feedback.models import Adjustment, Reason
from feedback.shares import Share
from reviews.expecting import COUNTS
from reviews.models import Decision, Plan, PlanLine
from reviews.plans import Agreed, Row, Spent, Table

Plain = dict[str, Any]
NOBODY = {"numerator": 0, "denominator": 0}


def kept_agreed(found: Agreed | None) -> list[Plain]:
    """The lines of the plan that both had signed for this quarter, with what was spent."""
    return [_kept_line(row.line) | {"cost": _text(row.cost)} for row in found.rows] if found else []


def frozen_agreed(pieces: list[Plain], quarter: Quarter) -> Agreed | None:
    if not pieces:
        return None
    rows = [Spent(_line(said), _amount(said["cost"])) for said in pieces]
    return Agreed(Plan(), quarter.shifted(-1), rows)


def kept_plan(found: Table) -> dict[str, Any]:
    """The plan of the next quarter: its lines with what each may bring, and what they come to together."""
    room = found.capacity
    return {
        "plan": [_kept_row(row) for row in found.rows],
        "plan_together": {
            "given": _text(found.given), "total": str(found.total), "cost": str(found.cost),
            "expected": _spans(found.expected),
            "capacity": {"reps": room.reps, "planned": room.planned, "before": room.before} if room else None,
        },
    }  # fmt: skip


def frozen_plan(pieces: list[Plain], together: Plain | None) -> Plain:
    """What the section of the plan shows again. Of older snapshots there are budgets only."""
    read = {"cost": _amount, "budget": _amount}
    decided = dict(Decision.Kind.choices)
    lines = [
        said | {name: make(said.get(name)) for name, make in read.items()}
        | {"decision_words": decided.get(said.get("decision", ""), "")}
        for said in pieces
    ]  # fmt: skip
    if together is None:
        return {"plan_lines": lines, "plan": None}
    given, total = _amount(together["given"]), Decimal(together["total"])
    left = None if given is None else given - total
    plan = together | {
        "rows": lines, "given": given, "total": total, "cost": Decimal(together["cost"]), "left": left,
        "over": -left if left is not None and left < 0 else None,
    }  # fmt: skip
    return {"plan_lines": lines, "plan": plan}


def kept_adjustments(found: list[Adjusted]) -> list[Plain]:
    """With the shares before and after as they were."""
    return [
        {"id": one.pk, "title": one.title, "group": one.group, "about": one.about, "state": one.state,
         "campaign": one.campaign.code, "campaign_name": one.campaign.name, "owner": str(one.owner),
         "owner_side": one.owner.side, "due_on": one.due_on.isoformat(), "opened_at": one.opened_at.isoformat(),
         "before": _kept_share(told.before), "after": _kept_share(told.after) if told.after else None,
         "effect": told.effect_words}
        for told in found for one in [told.adjustment]
    ]  # fmt: skip


def frozen_adjustments(pieces: list[Plain]) -> list[Adjusted]:
    """Of older snapshots without what was said before and after."""
    return [_adjusted(said) for said in pieces]


def _adjusted(said: Plain) -> Adjusted:
    one = Adjustment(
        pk=said.get("id"), title=said["title"], group=said["group"], state=said.get("state", Adjustment.State.OPEN),
        reason=Reason(label=said["about"]) if "about" in said else None, due_on=date.fromisoformat(said["due_on"]),
        campaign=Campaign(code=said["campaign"], name=str(said.get("campaign_name", said["campaign"]))),
        owner=User(name=said["owner"], side=said.get("owner_side", "")),
        opened_at=datetime.fromisoformat(said["opened_at"]),
    )  # fmt: skip
    before, after = said.get("before", NOBODY), said.get("after")
    return Adjusted(one, Share(**before), Share(**after) if after else None)


def _kept_share(share: Share) -> Plain:
    return {"numerator": share.numerator, "denominator": share.denominator, "url": share.url}


def _kept_line(line: PlanLine) -> Plain:
    campaign = line.campaign or line.made
    return {
        "campaign": campaign.code if campaign else "", "name": str(line), "channel": line.channel_key,
        "channel_words": str(line.channel_words), "budget": str(line.budget), "owner": str(line.owner),
        "note": line.note,
    }  # fmt: skip


def _kept_row(row: Row) -> Plain:
    decision = row.told.decision if row.told else None
    return _kept_line(row.line) | {
        "decision": decision.kind if decision else "", "cost": _text(row.cost), "expected": _spans(row.expected),
        "judged_by": row.basis.words if row.basis else "",
    }  # fmt: skip


def _line(said: Plain) -> PlanLine:
    campaign = Campaign(code=said["campaign"], name=said["name"], channel=said["channel"]) if said["campaign"] else None
    proposed = {} if campaign else {"name": said["name"], "channel": said["channel"]}
    return PlanLine(campaign=campaign, budget=Decimal(said["budget"]), owner=User(name=said["owner"]), **proposed)


def _spans(expected: Any) -> Plain | None:
    return {key: [float(end) for end in expected[key]] for key in COUNTS} if expected else None


def _amount(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else str(amount)
