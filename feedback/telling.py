"""What became of leads, told by a file: kept as told, contradictions included.

A file may tell old stories. A response that it dates is judged by the clock; where it names only
the person, the handoff keeps "not recorded" and shows who had it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts import company
from accounts.models import User
from accounts.people import people_named
from feedback import hooks
from feedback.correcting import keep, outcome_corrected, write
from feedback.models import Outcome, Reason, Response, Verdict
from feedback.outcomes import End, fitting_end, outcome_event, stage_after
from feedback.responses import record_response
from feedback.verdicts import Judgement, record_verdict, take_up, verdict_event
from leads.handoffs import history_handoff
from leads.models import Event, Handoff, Lead

OUTCOME_OF = {"opportunity_at": "opportunity", "won_at": "won", "lost_at": "lost"}
# What a later row of a file corrects of an outcome that is known.
CORRECTED = {"opportunity": ("amount", "expected_on"), "won": ("amount",), "lost": ("competitor",)}


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
        leads = {lead.pk: lead for lead in self.leads.values()}
        self.people = people_named(row[name] for row in rows for name in ("responded_by", "won_by") if name in row)
        self.reasons = {key.lower(): r for r in Reason.objects.all() for key in (r.key, r.label)}
        self.handoffs = _latest_handoffs(leads)
        ids = [handoff.pk for handoff in self.handoffs.values()]
        self.responses = set(Response.objects.filter(handoff__in=ids).values_list("handoff", "at"))
        self.judged = set(Verdict.objects.filter(handoff__in=ids).values_list("handoff", flat=True))
        outcomes = Outcome.objects.filter(lead__in=leads)
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
        self.events += [outcome_event(outcome) for outcome in self.new]
        Outcome.objects.bulk_create(self.new)
        Lead.objects.bulk_update(self.moved.values(), ["stage"], batch_size=500)
        hooks.announce(Event.objects.bulk_create(self.events))

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
        if handoff is None or "responded_at" not in row or row["responded_at"] >= handoff.at:
            return
        zone = company.current().zone
        captured_on = lead.captured_at.astimezone(zone).date()
        if not handoff.historic:
            on = handoff.at.astimezone(zone).date()
            raise _RefusedError(_("The response is dated before the handoff of %(on)s.") % {"on": on})
        if row["responded_at"].astimezone(zone).date() < captured_on:
            raise _RefusedError(_("The response is dated before the first contact on %(on)s.") % {"on": captured_on})

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
        if "verdict" in row and handoff.pk not in self.judged:
            self._tell_verdict(handoff, row, person, reason)
            result = "created"
        return result

    def _tell_response(self, handoff: Handoff, row: dict[str, Any], person: User | None) -> bool:
        at = row["responded_at"]
        if (handoff.pk, at) in self.responses:
            return False
        self.responses.add((handoff.pk, at))
        if handoff.historic:
            _take_back_release(handoff, at)
        record_response(handoff, by=person, kind=Response.Kind.OTHER, at=at)
        said = {"kind": Response.Kind.OTHER.value, "note": ""}
        self._event(handoff.lead_id, "responded", at, person, handoff, said)
        return True

    def _tell_verdict(self, handoff: Handoff, row: dict[str, Any], person: User | None, reason: Reason | None) -> None:
        judgement = Judgement(
            verdict=row["verdict"], reason=reason, evidence=row.get("evidence", ""), note=row.get("note", ""),
            wake_up_on=row.get("wake_up_on"),
        )  # fmt: skip
        at = row.get("responded_at") or self.at
        if handoff.responded_at is None and handoff.released_at is None:
            record_response(handoff, by=person, kind=Response.Kind.VERDICT, at=at)
        self.judged.add(handoff.pk)
        self.events.append(verdict_event(record_verdict(handoff, judgement, by=person, at=at)))

    # -- the end ---------------------------------------------------------------------------------

    def _tell_ends(self, row: dict[str, Any], lead: Lead, reason: Reason | None) -> Iterable[str]:
        for name, kind in OUTCOME_OF.items():
            if name in row:
                yield self._tell_end(kind, row[name], row, lead, reason if kind == "lost" else None)

    def _tell_end(self, kind: str, at: datetime, row: dict[str, Any], lead: Lead, reason: Reason | None) -> str:
        known = self.known.get((lead.pk, kind, at))
        if known is not None:
            return self._tell_anew(known, row)
        person = self.people.get(row.get("won_by" if kind == "won" else "responded_by", "").strip().lower())
        told = {name: row[name] for name in ("competitor", "expected_on", "note") if name in row}
        amount = row.get("amount") if kind != "lost" else None
        end = fitting_end(End(kind=kind, at=at, amount=amount, reason=reason, **told))
        outcome = Outcome(lead=lead, by=person, **vars(end))
        self.known[(lead.pk, kind, at)] = outcome
        self.new.append(outcome)
        handoff = self.handoffs.get(lead.pk)
        if handoff is not None and handoff.closed_at is None:
            self.judged.add(handoff.pk)
            self.events.append(take_up(handoff, by=person, told_at=at))
        lead.stage = stage_after(lead.stage, kind)
        self.moved[lead.pk] = lead
        return "created"

    def _tell_anew(self, known: Outcome, row: dict[str, Any]) -> str:
        """What a later row knows better about an outcome: its amount, its day to come, to whom it was lost."""
        said = {name: row[name] for name in CORRECTED[known.kind] if name in row}
        changes = write(known, said)
        if not changes:
            return "unchanged"
        if known.pk:
            keep(known, list(said))
            self.events.append(outcome_corrected(known, changes, by=self.by, at=self.at))
        return "updated"

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


def _latest_handoffs(leads: Mapping[int, Lead]) -> dict[int, Handoff]:
    """The latest handoff of each lead, locked; it shares the lead, so that a stage is told once."""
    latest = Handoff.objects.filter(lead__in=leads).order_by("lead", "-id").distinct("lead").values("pk")
    found: dict[int, Handoff] = {}
    for handoff in Handoff.objects.filter(pk__in=latest).order_by("pk").select_for_update():
        handoff.lead = leads[handoff.lead_id]
        found[handoff.lead_id] = handoff
    return found


def _take_back_release(handoff: Handoff, at: datetime) -> None:
    """An answer that a file dates is judged. A day alone, or an answer between two old touches, may
    lie before the touch that dates the handoff: sales had it by then, and the due moment stays."""
    handoff.at = min(handoff.at, at)
    handoff.released_at, handoff.released_why = None, ""
    handoff.save(update_fields=["at", "released_at", "released_why"])


def _take_over(handoff: Handoff, person: User | None) -> bool:
    """Who had a lead of imported history, where nobody is known to have had it."""
    if person is None or handoff.rep_id is not None:
        return False
    handoff.rep = person
    handoff.save(update_fields=["rep"])
    return True
