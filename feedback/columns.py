"""What sales said and where a lead ended, as columns of the lead list and of its exports."""

from operator import attrgetter
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from feedback.models import Outcome, Verdict
from leads.columns import Column
from leads.models import Lead

VERDICTS = Verdict.objects.filter(handoff__lead=OuterRef("pk")).order_by("-at", "-pk")


def _outcomes(kind: str) -> QuerySet[Outcome]:
    return Outcome.objects.filter(lead=OuterRef("pk"), kind=kind).order_by("-at", "-pk")


def _latest(rows: QuerySet[Any], name: str) -> Subquery:
    return Subquery(rows.values(name)[:1])


def _plain(key: str, label: Any, *, number: bool = False) -> Column:
    return Column(key, label, attrgetter(key), number=number)


def _verdict(lead: Lead) -> Any:
    return dict(Verdict.Value.choices).get(lead.verdict)  # type: ignore[attr-defined]


OPENED, WON, LOST = map(_outcomes, ("opportunity", "won", "lost"))
# Each column with what it reads beside the lead.
COLUMNS = [
    (Column("verdict", _("Latest verdict"), _verdict), _latest(VERDICTS, "verdict")),
    (_plain("reason", _("Its reason")), _latest(VERDICTS, "reason__label")),
    (_plain("opportunity", _("Opportunity"), number=True), _latest(OPENED, "amount")),
    (_plain("expected_on", _("Expected to close on")), _latest(OPENED, "expected_on")),
    (_plain("won", _("Won"), number=True), _latest(WON, "amount")),
    (_plain("lost_because", _("Lost because of")), _latest(LOST, "reason__label")),
    (_plain("lost_to", _("Lost to")), _latest(LOST, "competitor")),
]
