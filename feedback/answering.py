"""One answer of the form becomes the verbs behind it, in one transaction."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from feedback.forms import RESPONSE
from feedback.models import Outcome, Response, Verdict
from feedback.outcomes import record_outcome
from feedback.responses import respond
from feedback.verdicts import Judgement, give_verdict
from leads.models import Handoff

JUDGED = ("verdict", "reason", "evidence", "note", "wake_up_on", "grade_opinion", "next_step")


@transaction.atomic
def answer(handoff: Handoff, said: dict[str, Any], *, by: User) -> str:
    """Carry out what the form says, and tell it in a short sentence. Raises what the verbs raise."""
    who = handoff.lead.display_name
    if said["verdict"] == RESPONSE:
        response = respond(handoff, by=by, kind=said["kind"], note=said["note"], excuse=said["excuse"])
        return _("Saved: %(who)s, %(what)s.") % {"who": who, "what": Response.Kind(response.kind).label.lower()}
    judgement = Judgement(**{name: said[name] for name in JUDGED})
    verdict = give_verdict(handoff, judgement, by=by, excuse=said["excuse"])
    if verdict.verdict == Verdict.Value.ACCEPTED and said["next_step"] == "opportunity":
        more = {name: said[name] for name in ("amount", "expected_on")}
        record_outcome(handoff.lead, by=by, kind=Outcome.Kind.OPPORTUNITY, **more)
    return _("Saved: %(who)s, %(what)s.") % {"who": who, "what": verdict.get_verdict_display().lower()}
