"""What this room keeps of a person, part by part: how it is told, and how it is erased."""

from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from accounts.models import KeptAnswer
from imports.models import Import, ImportRow
from leads.capture import forgetting
from leads.models import (
    Duplicate,
    ErasedKey,
    Event,
    GradeOverride,
    Handoff,
    KnownWord,
    Lead,
    LeadAlias,
    LeadWords,
    Merge,
    Touch,
)
from leads.privacy import Part, Rows, remember_keys
from notices.models import Notification

LEAD_FIELDS = (
    "id", "email", "external_id", "first_name", "last_name", "name", "job_title", "phone", "organisation__name",
    "website", "employees", "industry", "country", "source", "campaign__name", "captured_at", "note", "consent",
    "facts", "grade", "best_grade", "fit", "engagement", "stage", "owner__name", "wake_up_on", "kept_out",
    "do_not_contact", "do_not_contact_at", "do_not_contact_why", "created_at",
)  # fmt: skip
# What stays of a line of the timeline: figures, choices from a list, and who of ours did it.
COUNTED = {
    "touch", "campaign", "from", "to", "points", "version", "grade", "rep", "team", "due_at", "verdict", "reason",
    "kind", "amount", "wake_up_on", "next_step", "why", "outcome", "at",
    "evidence", "grade_opinion", "excuse", "expected_on",
}  # fmt: skip
# Of these the reason was typed, in all others it is one of a list.
TYPED_REASON = {"grade_set"}


def rows_of(queryset: QuerySet[Any], *fields: str) -> Rows:
    """Rows as plain values by field name; `rep__name` is told as `rep`."""
    return [
        {name.removesuffix("__name").removesuffix("__label"): value for name, value in row.items()}
        for row in queryset.values(*fields)
    ]


def _tell_lead(lead: Lead) -> Rows:
    return rows_of(Lead.objects.filter(pk=lead.pk), *LEAD_FIELDS)


def _erase_lead(lead: Lead, at: datetime) -> None:
    """The organisation goes too: with a date and a campaign it would tell who the person was. The words
    by which search knew the name go at once; those that others share are learnt again at night."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM leads_knownword WHERE word = ANY(leads_tokens(%s))", [lead.name])
    texts = ("first_name", "last_name", "name", "job_title", "phone", "phone_e164", "website", "note", "consent")
    Lead.objects.filter(pk=lead.pk).update(
        **dict.fromkeys(texts, ""),
        email=None, external_id=None, organisation=None, facts={}, do_not_contact_why="", erased_at=at,
        version=lead.version + 1,
    )  # fmt: skip


def _tell_touches(lead: Lead) -> Rows:
    return rows_of(lead.touches.order_by("at", "pk"), "kind", "at", "campaign__name", "note")


def _erase_touches(lead: Lead, at: datetime) -> None:
    lead.touches.update(note="")


def _tell_handoffs(lead: Lead) -> Rows:
    fields = (
        "at",
        "rep__name",
        "team__name",
        "grade",
        "routed_because",
        "due_at",
        "responded_at",
        "verdict_at",
        "closed_at",
    )
    return rows_of(lead.handoffs.order_by("at", "pk"), *fields)


def _keep(lead: Lead, at: datetime) -> None:
    """Nothing in it tells who the person is: it is what figures count."""


def _answers(lead: Lead) -> QuerySet[KeptAnswer]:
    """What the API answered about the lead and keeps for repeats: by address, by the id that it told, or by the
    e-mail address. All are read: they are those of a day."""
    ids = [lead.pk, *lead.merges.values_list("dropped", flat=True)]
    emails = [lead.email, *lead.aliases.filter(kind="email").values_list("value", flat=True)]
    paths = [f"/leads/{pk}/" for pk in ids] + [f"/handoffs/{pk}/" for pk in lead.handoffs.values_list("pk", flat=True)]
    taken = rf'"id":({"|".join(map(str, ids))})[,}}]'
    about = Q(path__endswith="/leads/", answer__regex=taken)
    about |= Q(*(("path__contains", path) for path in paths), _connector=Q.OR)
    about |= Q(*(("answer__icontains", email) for email in emails if email), _connector=Q.OR)
    return KeptAnswer.objects.filter(about)


def _tell_answers(lead: Lead) -> Rows:
    return rows_of(_answers(lead).order_by("pk"), "path", "at", "answer")


def _erase_answers(lead: Lead, at: datetime) -> None:
    """The row stays: the same request, sent again, must not take the person in again."""
    _answers(lead).update(answer=None, headers={})


def _tell_overrides(lead: Lead) -> Rows:
    return rows_of(lead.overrides.order_by("at", "pk"), "grade", "reason", "by__name", "at", "ended_at")


def _erase_overrides(lead: Lead, at: datetime) -> None:
    lead.overrides.update(reason=_("Erased"), facts="")


def _tell_aliases(lead: Lead) -> Rows:
    return rows_of(lead.aliases.order_by("pk"), "kind", "value")


def _erase_aliases(lead: Lead, at: datetime) -> None:
    remember_keys(lead, lead.aliases.values_list("kind", "value"), at=at)
    lead.aliases.all().delete()


def _tell_duplicates(lead: Lead) -> Rows:
    return rows_of(Duplicate.objects.of(lead).order_by("pk"), "first", "second", "evidence", "state", "found_at")


def _erase_duplicates(lead: Lead, at: datetime) -> None:
    Duplicate.objects.of(lead).delete()


def _tell_merges(lead: Lead) -> Rows:
    return rows_of(lead.merges.order_by("pk"), "dropped", "at", "by__name", "record", "undone_at")


def _erase_merges(lead: Lead, at: datetime) -> None:
    """What the undo of a merge would need is all about the person: it can't be undone any more."""
    lead.merges.all().delete()


def _tell_events(lead: Lead) -> Rows:
    return rows_of(lead.events.order_by("at", "pk"), "kind", "at", "by__name", "data")


def _erase_events(lead: Lead, at: datetime) -> None:
    """Texts go, whatever wrote them; a line still says what happened, when, and by whom."""
    events = list(lead.events.all())
    for event in events:
        counted = COUNTED - {"reason"} if event.kind in TYPED_REASON else COUNTED
        event.data = {key: value if key in counted else _blank(value) for key, value in event.data.items()}
    Event.objects.bulk_update(events, ["data"], batch_size=500)


def _blank(value: Any) -> Any:
    """Nothing of the same kind, so that whoever reads it finds what it expects."""
    return type(value)() if isinstance(value, str | dict | list) else value


def _notices(lead: Lead) -> QuerySet[Notification]:
    return Notification.objects.filter(path__startswith=lead.get_absolute_url())


def _tell_notices(lead: Lead) -> Rows:
    return rows_of(_notices(lead).order_by("at", "pk"), "at", "person__name", "title", "detail")


def _erase_notices(lead: Lead, at: datetime) -> None:
    _notices(lead).update(title=_("About somebody who was erased"), detail="")


def _refused_rows(lead: Lead) -> QuerySet[ImportRow]:
    """Rows of files that were refused and hold the address. Every row is read: it is a rare act."""
    rows = ImportRow.objects.annotate(text=Cast("values", TextField()))
    return rows.filter(text__icontains=lead.email) if lead.email else rows.none()


def _warned_of(lead: Lead) -> list[Import]:
    """Files whose warnings quote the address."""
    files = Import.objects.annotate(text=Cast("warnings", TextField()))
    return list(files.filter(text__icontains=lead.email)) if lead.email else []


def _tell_refused_rows(lead: Lead) -> Rows:
    return rows_of(_refused_rows(lead), "file__file_name", "number", "values", "sentence")


def _erase_refused_rows(lead: Lead, at: datetime) -> None:
    for row in _refused_rows(lead):
        row.values, row.sentence = [""] * len(row.values), _("Erased on request of the person.")
        row.save(update_fields=["values", "sentence"])
    for file in _warned_of(lead):
        address = (lead.email or "").casefold()
        file.warnings = [warning for warning in file.warnings if address not in str(warning).casefold()]
        file.save(update_fields=["warnings"])


PARTS: list[Part] = [
    Part("lead", __("Lead"), [Lead, ErasedKey, LeadWords, KnownWord], _tell_lead, _erase_lead),
    Part("touches", __("Touches"), [Touch], _tell_touches, _erase_touches),
    Part("handoffs", __("Handoffs"), [Handoff], _tell_handoffs, _keep),
    Part("set_grades", __("Grades set by people"), [GradeOverride], _tell_overrides, _erase_overrides),
    # Before the keys and the merges go, by which they are found.
    Part("kept_answers", __("Answers of the API, kept for a day"), [KeptAnswer], _tell_answers, _erase_answers),
    Part("old_keys", __("Keys of merged leads"), [LeadAlias], _tell_aliases, _erase_aliases),
    Part("duplicates", __("Likely duplicates"), [Duplicate], _tell_duplicates, _erase_duplicates),
    Part("merges", __("Merges"), [Merge], _tell_merges, _erase_merges),
    Part("timeline", __("Timeline"), [Event], _tell_events, _erase_events),
    Part("notices", __("Notices to people here"), [Notification], _tell_notices, _erase_notices),
    Part("refused_rows", __("Refused rows of files"), [ImportRow], _tell_refused_rows, _erase_refused_rows),
    forgetting.PART,
]
