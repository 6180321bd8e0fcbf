"""What becomes of a campaign: decided, changed or taken back; and the diagnosis that people see in it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import trail
from accounts.models import User
from accounts.quarters import quarter_named
from campaigns.models import Campaign
from common import versions
from common.errors import DomainError
from reviews import diagnosis, figures
from reviews.aims import agreed
from reviews.models import Decision, Overrule, Review
from reviews.opening import held

Row = TypeVar("Row", Decision, Overrule)
NEW = 0
MOST_HOPED = 10**12


@transaction.atomic
def decide(key: str, campaign: Campaign, facts: Mapping[str, Any], *, version: int, by: User, at: datetime) -> Decision:
    """Decide about `campaign` in the review of the quarter `key`: `kind`, `rationale`, `owner`, and `figure` with
    `hoped` or neither. `version` is that of the decision that was seen, NEW where there was none.

    Raises DomainError as `held`, `stale`, `wrong_owner`, `no_such_figure`, `bad_value`, and `still_maturing` where
    a campaign is abandoned whose leads are younger than wins take: the fact `confirmed` means it all the same.
    """
    decision = _seen(Decision, held(key, by=by, at=at), campaign, version)
    said = {
        "kind": facts["kind"], "rationale": facts["rationale"].strip(), "owner": facts["owner"],
        "figure": facts.get("figure") or "", "hoped": facts.get("hoped"),
    }  # fmt: skip
    _check(said)
    if said["kind"] == Decision.Kind.ABANDON != decision.kind and not facts.get("confirmed"):
        _check_mature(key, campaign, at)
    return _kept(decision, said, by=by, at=at)


@transaction.atomic
def take_back(key: str, campaign: Campaign, *, version: int, by: User, at: datetime) -> Decision:
    """Take a decision back: the campaign is open again. Raises DomainError as `held`, `stale`, `gone`."""
    decision = _written(Decision, held(key, by=by, at=at), campaign, version)
    return _kept(decision, {"kind": "", "rationale": "", "figure": "", "hoped": None}, by=by, at=at)


@transaction.atomic
def overrule(key: str, campaign: Campaign, found: str, note: str, *, version: int, by: User, at: datetime) -> Overrule:
    """Say that the diagnosis of `campaign` is `found`, with a note, whatever the rules propose.

    Raises DomainError as `held`, `stale`, `no_such_diagnosis`, `bad_value`.
    """
    row = _seen(Overrule, held(key, by=by, at=at), campaign, version)
    if found not in list(diagnosis.Finding):
        raise _refusal("no_such_diagnosis", "diagnosis", _("Choose a diagnosis from the list."))
    return _kept(row, {"diagnosis": found, "note": note.strip()}, by=by, at=at)


@transaction.atomic
def follow_rules(key: str, campaign: Campaign, *, version: int, by: User, at: datetime) -> Overrule:
    """Let the rules propose the diagnosis again. Raises DomainError as `held`, `stale`, `gone`."""
    row = _written(Overrule, held(key, by=by, at=at), campaign, version)
    return _kept(row, {"diagnosis": "", "note": ""}, by=by, at=at)


def _seen(model: type[Row], review: Review, campaign: Campaign, version: int) -> Row:
    """The row as it was seen, or a new one. The review is locked, so nobody adds one meanwhile."""
    rows = model._default_manager.filter(review=review, campaign=campaign)
    pk = rows.values_list("pk", flat=True).first()
    if pk is None and version == NEW:
        return model(review=review, campaign=campaign)
    return versions.locked(rows, pk, version)


def _written(model: type[Row], review: Review, campaign: Campaign, version: int) -> Row:
    if version == NEW:
        raise DomainError("gone", _("Nothing was written about this campaign yet."))
    return _seen(model, review, campaign, version)


def _kept(row: Row, facts: Mapping[str, Any], *, by: User, at: datetime) -> Row:
    """Who wrote it last, and when, go with what is written."""
    if row.pk is None or any(getattr(row, name) != value for name, value in facts.items()):
        row.by, row.at = by, at
    return trail.kept(row, facts, by=by)


def _check(facts: Mapping[str, Any]) -> None:
    owner, figure, hoped = facts["owner"], facts["figure"], facts.get("hoped")
    if owner is not None and not owner.is_active:
        raise _refusal("wrong_owner", "owner", _("Choose somebody who works here."))
    if figure:
        figures.get(figure)
    if hoped is not None and not -MOST_HOPED < hoped < MOST_HOPED:
        raise _refusal("bad_value", "hoped", _("Write a smaller number."))


def _check_mature(key: str, campaign: Campaign, at: datetime) -> None:
    found = diagnosis.diagnosed(quarter_named(key), campaign, now=at, agreed=agreed(quarter_named(key)))
    if found.matures:
        raise _refusal("still_maturing", "confirmed", found.maturing_words)


def _refusal(code: str, field: str, sentence: str) -> DomainError:
    return DomainError(code, sentence, {field: sentence})
