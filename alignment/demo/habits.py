"""What sales usually does about the crowd's handoffs, drawn by the habits of each campaign."""

# What people said stays on one line.
# ruff: noqa: E501

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from alignment.demo.steps import End, Judge, Respond, Step
from alignment.demo.story import UNDERTAKINGS, Undertaking
from leads.models import Handoff

ELSEWHERE = "website"
TARGET_DAYS = 7
GROUPS = ("wrong_target", "no_compelling_need", "timing", "data_fault", "no_contact")
# What buyers said, by reason: the reasons of a group, and the words.
VERBATIMS = {
    "wrong_target": {
        "not_decision_maker": "“Nice stand, but I only do the training budget.”|„Das entscheidet bei uns der Konzern.“|Has to ask the plant in Győr.",
        "too_small": "Two machines, both under warranty.|Eine Werkstatt mit neun Leuten.",
        "wrong_industry": "Rents out office buildings.|Insures plants, runs none.",
        "wrong_region": "Service only needed in Chile.|Plant is in Vietnam.",
        "student_or_competitor": "„Schreibe gerade meine Masterarbeit über Schwingungsanalyse.“|Works for a maker of sensors.",
    },
    "no_compelling_need": {
        "no_pain": "“Nothing has failed in four years.”|„Bei uns läuft alles.“",
        "curious_only": "Collects brochures for a lecture.|“Just wanted to see the price.”",
        "solved_already": "Bought it with the new line.|Their drives tell them already.",
        "no_budget_case": "“I can’t show what a stop costs us.”|„Der Controller rechnet anders.“",
    },
    "timing": {
        "not_in_market": "“Call me after the audit.”|New plant manager first.",
        "contract_runs": "„Der Wartungsvertrag läuft noch bis Juni.“|Tied to the supplier until autumn.",
        "budget_next_year": "“Not in this budget any more.”|Puts it into the plan for next year.",
    },
    "data_fault": {
        "wrong_contact_data": "Number belongs to a bakery.|Left the company.",
        "duplicate": "Same person with another address.",
        "spam": "Wants to sell us leads.",
    },
    "no_contact": {"no_answer": "Three calls, one mail.|Voice box every time."},
}  # fmt: skip
LOST = {
    "price": "A third cheaper elsewhere, they say.|Wanted it for half.",
    "competitor": "Went with the supplier of the bearings.|Their group has a frame contract.",
    "missing_feature": "Needs ATEX zone 0.|Wants it without any cloud, also for updates.",
    "no_decision": "Project stopped, nobody says why.|Waits for the group.",
}
TALKS = (
    "Good talk, sends data.",
    "Left a message, wrote as well.",
    "Will look at the numbers.",
    "",
    "",
    "Called back the same day.",
)
UNDERTAKING = {undertaking.code: undertaking for undertaking in UNDERTAKINGS}


class Habits:
    """Draws the steps that follow a handoff of the crowd."""

    def __init__(self, rng: random.Random, now: datetime) -> None:
        self.rng, self.now = rng, now

    def steps_after(self, handoff: Handoff, *, rep: str) -> Iterator[Step]:
        """What the person with the key `rep` does about a handoff; needs its lead and campaign."""
        campaign = handoff.lead.campaign
        code = campaign.code if campaign else ELSEWHERE
        return self.steps(code=code, grade=handoff.grade, at=handoff.at, rep=rep)

    def steps(self, *, code: str, grade: str, at: datetime, rep: str) -> Iterator[Step]:
        """What `rep` does about a handoff of `grade` from the campaign `code`, made at `at`."""
        undertaking = UNDERTAKING[code]
        first = self._first_response(undertaking, at, rep)
        if first is None:
            return
        yield Respond(
            after=first,
            kind=self.rng.choice(("call", "call", "email", "meeting", "message")),
            note=self.rng.choice(TALKS),
        )
        # A few wait for their verdict, as long as that can still be believed.
        if self.rng.random() < 0.2 and self.now - at < timedelta(days=25):
            return
        judged = first + timedelta(hours=self.rng.choice((1, 3, 24, 47, 70, 120)))
        if self.rng.random() < undertaking.accept["AB".index(grade)]:
            yield Judge(
                after=judged, verdict="accepted", grade_opinion=self.rng.choice(("right", "right", "too_low", ""))
            )
            yield from self._outcome(judged)
        else:
            yield self._refusal(undertaking, judged)

    def _first_response(self, undertaking: Undertaking, at: datetime, rep: str) -> timedelta | None:
        """None where nobody answers; only what is recent may stay without an answer."""
        age = self.now - at
        if rep == "katja" and age < timedelta(days=14):
            return timedelta(hours=self.rng.uniform(1, 20))
        if self.rng.random() < undertaking.late:
            if age < timedelta(days=13) and self.rng.random() < 0.6:
                return None
            return timedelta(days=TARGET_DAYS + self.rng.uniform(0.1, 5))
        # Most on the first two days, the last ones just in time.
        return timedelta(hours=min(self.rng.lognormvariate(3.1, 0.9), 24 * TARGET_DAYS - 70))

    def _outcome(self, accepted: timedelta) -> Iterator[Step]:
        if self.rng.random() > 0.5:
            return
        opened = accepted + timedelta(days=self.rng.uniform(3, 24))
        amount = Decimal(self.rng.randint(16, 120) * 500)
        yield End(after=opened, kind="opportunity", amount=amount)
        ended = opened + timedelta(days=self.rng.uniform(18, 60))
        fate = self.rng.random()
        if fate < 0.32:
            yield End(after=ended, kind="won", amount=(amount * self.rng.randint(85, 105) / 100).quantize(Decimal(1)))
        elif fate < 0.58:
            reason = self.rng.choice(list(LOST))
            yield End(after=ended, kind="lost", reason=reason, note=self.rng.choice(LOST[reason].split("|")))

    def _refusal(self, undertaking: Undertaking, after: timedelta) -> Judge:
        group = self.rng.choices(GROUPS, undertaking.reasons)[0]
        reason = self.rng.choice(list(VERBATIMS[group]))
        nurture = group == "timing"
        evidence = (
            "no_contact" if group == "no_contact" else self.rng.choice(("buyer_said", "buyer_said", "rep_concluded"))
        )
        return Judge(
            after=after, verdict="nurture" if nurture else "rejected", reason=reason, evidence=evidence,
            note=self.rng.choice(VERBATIMS[group][reason].split("|")),
            grade_opinion="too_high" if group in ("wrong_target", "no_compelling_need") else "",
            wakes_in=self.rng.randint(20, 200) if nurture else 0,
        )  # fmt: skip
