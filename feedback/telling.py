"""What became of leads, told by a file: kept as told, contradictions included.

A file may tell old stories. A response that it dates is judged by the clock; where it names only
the person, the handoff keeps "not recorded" and shows who had it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.people import people_named
from feedback.models import Outcome, Reason, Response, Verdict
from feedback.responses import record_response
from feedback.verdicts import Judgement, record_verdict
from leads.handoffs import history_handoff
from leads.models import Event, Handoff, Lead

OUTCOME_OF = {"opportunity_at": "opportunity", "won_at": "won", "lost_at": "lost"}


@dataclass(frozen=True)
class Told:
    """What became of a row: created, updated, unchanged or refused (with a sentence)."""

    number: int
    result: str
    sentence: str = ""


class _RefusedError(Exception):
    pass


@transaction.atomic
def tell_outcomes(rows: Sequence[dict[str, Any]], *, at: datetime, by: User | None) -> list[Told]:
    """Keep what each row tells about its lead; the same rows again change nothing."""
    teller = _Teller(rows, at=at, by=by)
    told = [teller.tell(row) for row in rows]
    teller.keep()
    return told


class _Teller:
    """Knows the leads, people and reasons of one set of rows; new outcomes and events are kept at
    the end, in one statement each."""

    def __init__(self, rows: Sequence[dict[str, Any]], *, at: datetime, by: User | None) -> None:
        self.at, self.by = at, by
        self.leads = _leads_of(rows)
        ids = {lead.pk for lead in self.leads.values()}
        self.people = people_named(row[name] for row in rows for name in ("responded_by", "won_by") if name in row)
        self.reasons = {key.lower(): r for r in Reason.objects.all() for key in (r.key, r.label)}
        self.handoffs = _latest_handoffs(ids)
        outcomes = Outcome.objects.filter(lead__in=ids)
        self.known = {(o.lead_id, o.kind, o.at): o for o in outcomes}
        self.new: list[Outcome] = []
        self.events: list[Event] = []
        self.moved: dict[int, Lead] = {}

    def tell(self, row: dict[str, Any]) -> Told:
        lead = self.leads.get(_key(row, "email")) or self.leads.get(_key(row, "external_id"))
        if lead is None:
            return Told(row["number"], "refused", _("No lead has this address or external id. Load the leads first."))
        try:
            reason = self._reason(row)
            # Everything that can be refused is known before anything is kept.
            self._check_moment(row, lead)
        except _RefusedError as refusal:
            return Told(row["number"], "refused", str(refusal))
        results = {self._tell_answer(row, lead, reason), *self._tell_ends(row, lead, reason)}
        best = next((r for r in ("created", "updated") if r in results), "unchanged")
        return Told(row["number"], best)

    def keep(self) -> None:
        Outcome.objects.bulk_create(self.new)
        Lead.objects.bulk_update(self.moved.values(), ["stage"], batch_size=500)
        Event.objects.bulk_create(self.events)

    def _reason(self, row: dict[str, Any]) -> Reason | None:
        if "reason" not in row:
            return None
        try:
            return self.reasons[row["reason"].strip().lower()]
        except KeyError:
            raise _RefusedError(
                _("There is no reason “%(reason)s”. Write its key or label.") % {"reason": row["reason"]}
            ) from None

    def _check_moment(self, row: dict[str, Any], lead: Lead) -> None:
        handoff = self.handoffs.get(lead.pk)
        if handoff and "responded_at" in row and row["responded_at"] < handoff.at:
            raise _RefusedError(_("The response is dated before the handoff of %(at)s.") % {"at": handoff.at.date()})

    # -- the answer ------------------------------------------------------------------------------

    def _tell_answer(self, row: dict[str, Any], lead: Lead, reason: Reason | None) -> str:
        if not any(name in row for name in ("responded_at", "responded_by", "verdict")):
            return "unchanged"
        person = self.people.get(row.get("responded_by", "").strip().lower())
        handoff = self.handoffs.get(lead.pk)
        if handoff is None:
            handoff = history_handoff(lead, at=self.at, rep=person, answered_at=row.get("responded_at"))
            self.handoffs[lead.pk] = handoff
            result = "created"
        else:
            result = "updated" if _take_over(handoff, person) else "unchanged"
        if "responded_at" in row and self._tell_response(handoff, row, person):
            result = "created"
        if "verdict" in row and not Verdict.objects.filter(handoff=handoff).exists():
            self._tell_verdict(handoff, row, person, reason)
            result = "created"
        return result

    def _tell_response(self, handoff: Handoff, row: dict[str, Any], person: User | None) -> bool:
        at = row["responded_at"]
        if Response.objects.filter(handoff=handoff, at=at).exists():
            return False
        if handoff.released_why == Handoff.Released.NOT_RECORDED:
            handoff.released_at, handoff.released_why = None, ""
            handoff.save(update_fields=["released_at", "released_why"])
        record_response(handoff, by=person, kind=Response.Kind.OTHER, at=at)
        said = {"kind": Response.Kind.OTHER.value, "note": ""}
        self._event(handoff.lead_id, "responded", at, person, handoff, said)
        return True

    def _tell_verdict(self, handoff: Handoff, row: dict[str, Any], person: User | None, reason: Reason | None) -> None:
        judgement = Judgement(
            verdict=row["verdict"], reason=reason if row["verdict"] != "accepted" else None,
            evidence=row.get("evidence", ""), note=row.get("note", ""), wake_up_on=row.get("wake_up_on"),
        )  # fmt: skip
        at = row.get("responded_at") or self.at
        if handoff.responded_at is None and handoff.released_at is None:
            record_response(handoff, by=person, kind=Response.Kind.VERDICT, at=at)
        record_verdict(handoff, judgement, by=person, at=at)
        said = {
            "verdict": judgement.verdict,
            "reason": judgement.reason.label if judgement.reason else "",
            "note": judgement.note,
            "wake_up_on": str(row.get("wake_up_on", "")),
        }
        self._event(handoff.lead_id, "verdict_given", at, person, handoff, said)

    # -- the end ---------------------------------------------------------------------------------

    def _tell_ends(self, row: dict[str, Any], lead: Lead, reason: Reason | None) -> Iterable[str]:
        for name, kind in OUTCOME_OF.items():
            if name in row:
                yield self._tell_end(kind, row[name], row, lead, reason if kind == "lost" else None)

    def _tell_end(self, kind: str, at: datetime, row: dict[str, Any], lead: Lead, reason: Reason | None) -> str:
        amount = row.get("amount") if kind != "lost" else None
        known = self.known.get((lead.pk, kind, at))
        if known is not None:
            if amount is None or known.amount == amount:
                return "unchanged"
            known.amount = amount
            if known.pk:
                known.save(update_fields=["amount"])
            return "updated"
        person = self.people.get(row.get("won_by" if kind == "won" else "responded_by", "").strip().lower())
        outcome = Outcome(
            lead=lead, kind=kind, at=at, amount=amount, reason=reason, note=row.get("note", ""), by=person
        )
        self.known[(lead.pk, kind, at)] = outcome
        self.new.append(outcome)
        if not (kind == "opportunity" and lead.stage in (Lead.Stage.WON, Lead.Stage.LOST)):
            lead.stage = kind
            self.moved[lead.pk] = lead
        said = {
            "amount": "" if amount is None else str(amount),
            "reason": reason.label if reason else "",
            "note": outcome.note,
        }
        self._event(lead.pk, f"outcome_{kind}", at, person, None, said)
        return "created"

    def _event(
        self, lead_id: int, kind: str, at: datetime, by: User | None, handoff: Handoff | None, data: dict[str, Any]
    ) -> None:
        self.events.append(Event(lead_id=lead_id, handoff=handoff, kind=kind, at=at, by=by, data=data))


def _key(row: dict[str, Any], name: str) -> tuple[str, str]:
    return (name, row.get(name, ""))


def _leads_of(rows: Sequence[dict[str, Any]]) -> dict[tuple[str, str], Lead]:
    """The leads that rows name, locked in the order of their ids."""
    emails = [row["email"] for row in rows if "email" in row]
    ids = [row["external_id"] for row in rows if "external_id" in row]
    leads = Lead.objects.filter(Q(email__in=emails) | Q(external_id__in=ids))
    found: dict[tuple[str, str], Lead] = {}
    for lead in leads.order_by("pk").select_for_update(no_key=True):
        if lead.email:
            found["email", lead.email] = lead
        if lead.external_id:
            found["external_id", lead.external_id] = lead
    return found


def _latest_handoffs(ids: Iterable[int]) -> dict[int, Handoff]:
    handoffs = Handoff.objects.filter(lead__in=ids).order_by("lead", "-id").distinct("lead")
    return {handoff.lead_id: handoff for handoff in handoffs.select_related("lead")}


def _take_over(handoff: Handoff, person: User | None) -> bool:
    """Who had a lead of imported history, where nobody is known to have had it."""
    if person is None or handoff.rep_id is not None:
        return False
    handoff.rep = person
    handoff.save(update_fields=["rep"])
    return True
