"""The `outcomes` kind of file: what became of leads, as a CRM or a table tells it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from feedback.models import Verdict
from feedback.telling import Told, tell_outcomes
from imports import columns
from imports.columns import Column, day, email, moment, money, one_of, text
from imports.kinds import Export, Kind

OLIST = Export(
    name="Olist closed deals",
    headers=frozenset({"mql_id", "sdr_id", "sr_id", "won_date"}),
    mapping={
        "mql_id": "external_id", "won_date": "won_at", "sdr_id": "responded_by", "sr_id": "won_by",
    },
)  # fmt: skip

PIPEDRIVE = Export(
    name="Pipedrive (deals)",
    headers=frozenset({"Deal - Title", "Deal - Value", "Deal - Status", "Deal - Deal created", "Person - Email"}),
    mapping={
        "Person - Email": "email", "Deal - Value": "amount", "Deal - Deal created": "opportunity_at",
        "Deal - Won time": "won_at", "Deal - Lost time": "lost_at", "Deal - Lost reason": "reason",
        "Deal - Expected close date": "expected_on", "Deal - Owner": "won_by",
    },
)  # fmt: skip

VERDICTS = {
    "accepted": "accept|qualified|sql|angenommen|akzeptiert|accepté|aceptado|accettato|geaccepteerd",
    "nurture": "later|nurturing|recycled|zurückgestellt|später|plus tard|más tarde|más adelante|più tardi",
    "rejected": "reject|disqualified|unqualified|abgelehnt|rejeté|refusé|rechazado|rifiutato|afgewezen",
}
COLUMNS = [
    Column("external_id", "External id", text(120), ("id", "lead id", "record id"), columns.KEY),
    Column(
        "email",
        "E-mail",
        email,
        ("e-mail", "email address", "mail", "e-mail-adresse", "adresse e-mail", "correo electrónico"),
    ),
    Column(
        "responded_at", "Responded at", moment, ("first response at", "beantwortet am", "répondu le", "respondido el")
    ),
    Column(
        "responded_by",
        "Responded by",
        text(254),
        ("sales rep", "rep", "beantwortet von", "répondu par", "respondido por"),
    ),
    Column("verdict", "Verdict", one_of(Verdict.Value.choices, VERDICTS), ("urteil", "décision", "veredicto")),
    Column("reason", "Reason", text(120), ("grund", "raison", "motivo", "lost reason", "closed lost reason")),
    Column("evidence", "Evidence", one_of(Verdict.Evidence.choices)),
    Column("note", "Note", text(10_000), ("notes", "comment", "notiz", "bemerkung", "remarque", "nota"), columns.LONG),
    Column("wake_up_on", "Wakes up on", day, ("wake up on", "wiedervorlage", "wiedervorlage am")),
    Column("opportunity_at", "Opportunity at", moment),
    Column("amount", "Amount", money, ("value", "deal value", "betrag", "montant", "importe", "valor", "importo")),
    Column("expected_on", "Expected to close on", day, ("expected close date", "close date")),
    Column("won_at", "Won at", moment, ("won date", "gewonnen am", "gagné le", "ganado el", "vinto il")),
    Column("won_by", "Won by", text(254), ("closed by",)),
    Column("lost_at", "Lost at", moment, ("lost date", "verloren am", "perdu le", "perdido el", "perso il")),
    Column("competitor", "Lost to", text(120), ("competitor", "lost to competitor")),
]
LABELS = {column.name: column.label for column in COLUMNS}
PAST = ("responded_at", "opportunity_at", "won_at", "lost_at")
TELLS = ("responded_at", "responded_by", "verdict", "opportunity_at", "won_at", "lost_at")


def check(row: dict[str, Any]) -> str | None:
    """Why a row can't be an outcome, or None."""
    if "email" not in row and "external_id" not in row:
        return _("Write the e-mail address or the external id of the lead.")
    if not any(name in row for name in TELLS):
        return _("Write what became of the lead: a response, a verdict, an opportunity, a win or a loss.")
    verdict = row.get("verdict")
    if (verdict in (Verdict.Value.NURTURE, Verdict.Value.REJECTED) or "lost_at" in row) and "reason" not in row:
        return _("Write the reason: a lead that is not taken up or lost needs one.")
    if verdict == Verdict.Value.NURTURE and "wake_up_on" not in row:
        return _("Write the day on which the lead wakes up.")
    return _in_future(row)


def _in_future(row: dict[str, Any]) -> str | None:
    now = timezone.now()
    late = next((name for name in PAST if name in row and row[name] > now), None)
    if late is None:
        return None
    return _("“%(field)s” lies in the future. Write a moment that has passed.") % {"field": LABELS[late]}


def take(rows: Sequence[dict[str, Any]], *, at: datetime, by: User | None, run: int | None = None) -> Sequence[Told]:
    return tell_outcomes(rows, at=at, by=by)


def may_load(user: User) -> bool:
    """Outcomes speak for all of sales, so a manager answers for the file."""
    return user.is_active and (user.is_manager or user.is_staff)


OUTCOMES = Kind(
    key="outcomes",
    label="Outcomes",
    columns=COLUMNS,
    take=take,
    check=check,
    exports=(OLIST, PIPEDRIVE),
    may_load=may_load,
)
