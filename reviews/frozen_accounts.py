"""Key initiatives and target accounts in a snapshot. Of an account its leads are kept: their number is the figure."""

from typing import Any

from accounts.models import User
from accounts.quarters import Quarter
from campaigns.models import Campaign
from leads.models import Lead, Merge, Organisation
from leads.models.lead import LeadQuerySet
from reviews.initiatives import Told
from reviews.models import Initiative
from reviews.target_accounts import MOST, PARTS, Line, leads_of_targets, listed

Plain = dict[str, Any]


def kept_initiatives(found: list[Told]) -> list[Plain]:
    return [
        {"name": one.name, "note": one.note, "state": one.state, "owner": str(one.owner), "owner_side": one.owner.side,
         "campaigns": [{"code": campaign.code, "name": campaign.name} for campaign in told.campaigns]}
        for told in found for one in [told.initiative]
    ]  # fmt: skip


def frozen_initiatives(pieces: list[Plain]) -> list[Told]:
    return [
        Told(
            Initiative(name=said["name"], note=said["note"], state=said["state"],
                       owner=User(name=said["owner"], side=said["owner_side"])),
            [Campaign(**campaign) for campaign in said["campaigns"]],
        )
        for said in pieces
    ]  # fmt: skip


def kept_accounts(quarter: Quarter) -> Plain:
    """Every target account, the liveliest first, and all together."""
    behind: dict[int, dict[str, list[int]]] = {}
    for part, (_words, where) in PARTS.items():
        rows = leads_of_targets().filter(where(quarter)).order_by("pk").values_list("organisation", "pk")
        for organisation, lead in rows:
            behind.setdefault(organisation, {}).setdefault(part, []).append(lead)
    numbers = {pk: [(part, len(leads.get(part, []))) for part in PARTS] for pk, leads in behind.items()}
    ordered = listed(numbers, Organisation.objects.filter(is_target=True), most=None)
    return {
        "accounts": [
            {"id": pk, "name": str(line.organisation), "numbers": dict(line.numbers), "leads": behind.get(pk, {})}
            for line in ordered for pk in [line.organisation.pk if line.organisation else 0]
        ],
        "accounts_together": {
            "count": len(ordered), "words": {part: str(words) for part, (words, _where) in PARTS.items()},
            "numbers": {part: sum(dict(found)[part] for found in numbers.values()) for part in PARTS},
        },
    }  # fmt: skip


def frozen_accounts(pieces: list[Plain], kept: list[Plain], user: User) -> Plain | None:
    """The context of `target_accounts` again: of the accounts those that `user` may see today. None: not kept."""
    if not kept:
        return None
    together = kept[0]
    seen = seen_accounts(pieces, user)[:MOST]
    lines = [Line(Organisation(pk=said["id"], name=said["name"]), _numbers(said)) for said in seen]
    return {
        "lines": lines, "together": Line(None, _numbers(together)), "count": together["count"],
        "parts": [words for part in PARTS if (words := together["words"].get(part))],
    }  # fmt: skip


def seen_accounts(pieces: list[Plain], user: User) -> list[Plain]:
    """Those of the kept accounts that `user` may see."""
    if user.sees_everything:
        return pieces
    asked = Organisation.objects.visible_to(user).filter(pk__in=[said["id"] for said in pieces])
    known = set(asked.values_list("pk", flat=True))
    return [said for said in pieces if said["id"] in known]


def frozen_account_leads(pieces: list[Plain], part: str) -> LeadQuerySet:
    """The leads that a kept number counted; instead of one that was merged stands the one that was kept."""
    leads = [lead for said in pieces for lead in said["leads"].get(part, [])]
    merged = Merge.objects.filter(undone_at=None, dropped__in=leads).values_list("kept", flat=True)
    return Lead.objects.filter(pk__in=[*leads, *merged])


def _numbers(said: Plain) -> list[tuple[str, int]]:
    """In the order of the page; JSON has none."""
    return [(part, said["numbers"][part]) for part in PARTS if part in said["numbers"]]
