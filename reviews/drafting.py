"""A quarter starts from the one before: goals and commitments are copied, nothing is overwritten."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts import trail
from accounts.models import User
from accounts.quarters import Quarter, quarter_named
from campaigns.models import Campaign
from common.errors import DomainError
from reviews import agreeing
from reviews.models import Agreement, Commitment, Goal, Review
from reviews.opening import held

Row = TypeVar("Row", Goal, Commitment)
COPIED = ("side", "figure", "target", "owner", "campaign")


@transaction.atomic
def draft_from_last(key: str, *, by: User, at: datetime) -> tuple[int, int]:
    """Copy what the quarter `key` does not have yet from the quarter before: how many goals and commitments. What is
    about a campaign comes along where that runs in this quarter; an agreement that both signed stays as it is.

    Raises DomainError as `held`, and `nothing_to_draft` where nothing is left to copy.
    """
    review, quarter = held(key, by=by, at=at), quarter_named(key)
    before = Review.objects.filter(quarter=quarter.shifted(-1).key).first()
    goals = _goals(review, before, quarter, by, at) if before else 0
    commitments = _commitments(review, before, quarter, by, at) if before else 0
    if not goals and not commitments:
        words = _("The quarter before has no goal and no commitment that is not here already.")
        raise DomainError("nothing_to_draft", words)
    drafted = {"goals": [0, goals], "commitments": [0, commitments]}
    trail.note(review, trail.Act.CHANGED, by=by, changes={name: pair for name, pair in drafted.items() if pair[1]})
    return goals, commitments


def _goals(review: Review, before: Review, quarter: Quarter, by: User, at: datetime) -> int:
    rows = _still_meant(Goal.objects.filter(review=before), quarter)
    copies = _missing(rows, Goal.objects.filter(review=review), by, at)
    return len(Goal.objects.bulk_create(Goal(review=review, note=row.note, **facts) for row, facts in copies))


def _commitments(review: Review, before: Review, quarter: Quarter, by: User, at: datetime) -> int:
    versions = Agreement.objects.filter(review=before).order_by("-number")
    source = versions.filter(signed_at__isnull=False).first() or versions.first()
    newest = agreeing.latest(review)
    if source is None or (newest and newest.signed_at):
        return 0
    rows = _still_meant(Commitment.objects.filter(agreement=source), quarter)
    copies = _missing(rows, Commitment.objects.filter(agreement=newest), by, at)
    if not copies:
        return 0
    target = agreeing.open_version(review.quarter, by=by, at=at)
    made = [Commitment(agreement=target, clause=row.clause, **facts) for row, facts in copies]
    agreeing.touch(target)
    return len(Commitment.objects.bulk_create(made))


def _still_meant(rows: Any, quarter: Quarter) -> Any:
    """Without what was about a campaign that does not run in the quarter."""
    running = Campaign.objects.within(quarter.first_day, quarter.first_day_after, quarter.first_day)
    return rows.filter(Q(campaign=None) | Q(campaign__in=running)).select_related("owner").order_by("pk")


def _missing(rows: Iterable[Row], there: Any, by: User, at: datetime) -> list[tuple[Row, dict[str, Any]]]:
    """Those of `rows` that are not there, with the facts of their copies; who left hands over to whoever drafts."""
    known = set(there.values_list("side", "figure", "campaign"))
    return [
        (row, {name: getattr(row, name) for name in COPIED} | {
            "owner": row.owner if row.owner.is_active else by, "by": by, "at": at,
        })
        for row in rows if (row.side, row.figure, row.campaign_id) not in known
    ]  # fmt: skip
