"""How a file of leads is announced before it is loaded, and shown afterwards."""

from collections.abc import Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.models import Campaign
from imports.kinds import Aftermath, Fate, ForAllRows, Headline, Result
from leads.intake import Taken
from leads.models import Duplicate, Handoff, Lead, Touch

MOST_CAMPAIGNS = 500


def headline(texts: Mapping[str, str]) -> Headline:
    """A row by the person and where they work."""
    name = texts.get("name") or " ".join(filter(None, [texts.get("first_name"), texts.get("last_name")]))
    key = texts.get("email") or texts.get("external_id") or texts.get("phone", "")
    return Headline(name or key, key if name else "", texts.get("organisation") or texts.get("website", ""))


def counted(count: int) -> str:
    return ngettext("%(n)s lead", "%(n)s leads", count) % {"n": f"{count:,}"}


def fates(taken: Sequence[Result]) -> dict[int, Fate]:
    """The grade of the lead that each row belongs to, and who in sales has it, by row."""
    lead_of = {t.number: t.lead_id for t in taken if isinstance(t, Taken) and t.lead_id}
    ids = list(set(lead_of.values()))
    grade_of = dict(Lead.objects.filter(pk__any=ids).values_list("pk", "grade"))
    handoffs = Handoff.objects.open().filter(lead__any=ids).select_related("rep", "team")
    words_of = {handoff.lead_id: _goes(handoff) for handoff in handoffs}
    return {number: Fate(grade_of[pk], words_of.get(pk, "")) for number, pk in lead_of.items()}


def _goes(handoff: Handoff) -> str:
    if handoff.rep is None:
        return _("waits in the queue: %(why)s") % {"why": handoff.routed_because}
    return _("to %(rep)s: %(why)s") % {"rep": handoff.rep, "why": handoff.routed_because}


def for_all_rows() -> Sequence[ForAllRows]:
    """What a person may say of the whole file: its campaign and the kind of its touches."""
    campaigns = Campaign.objects.order_by("-starts_on", "name").values_list("name", flat=True)[:MOST_CAMPAIGNS]
    hint = _("For rows that name none. A name that is new becomes a campaign.")
    return (
        ForAllRows("campaign", _("Touch belongs to campaign"), [(name, "") for name in campaigns], hint=hint),
        ForAllRows("kind", _("Kind of touch"), [(key, str(label)) for key, label in Touch.Kind.choices], strict=True),
    )


def aftermath(run: int) -> Aftermath:
    """Where the leads of an import are listed, and how many pairs with one of them may be one person."""
    pairs = Duplicate.objects.open().with_import(run).count()
    leads = reverse("leads:list")
    listed = f"{reverse('leads:duplicates')}?imported={run}" if pairs else ""
    return Aftermath(
        {"created": f"{leads}?imported={run}", "updated": f"{leads}?updated_by={run}"},
        [(_("Likely duplicates"), pairs, listed)],
    )
