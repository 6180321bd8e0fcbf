"""Tags: words that people put on leads to find them again."""

from datetime import datetime

from django.db import transaction
from django.db.models import F, Func, QuerySet, TextField, Value
from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import DomainError
from leads.models import Event, Lead
from leads.models.lead import MOST_OF_A_TAG

MOST_TAGS = 20


@transaction.atomic
def tag(leads: QuerySet[Lead], *, word: str, by: User, at: datetime, off: bool = False) -> list[int]:
    """Put the tag `word` on `leads`, or take it off; the ids of those that changed.

    A tag is one text in lower case. Raises DomainError `no_tag` where it is empty or too long. A lead that
    has MOST_TAGS already gets no more.
    """
    word = " ".join(word.lower().replace(",", " ").split())
    if not 0 < len(word) <= MOST_OF_A_TAG:
        sentence = _("Write a tag of 1 to %(most)d letters.") % {"most": MOST_OF_A_TAG}
        raise DomainError("no_tag", sentence, {"tag": sentence})
    changing = leads.filter(tags__contains=[word]) if off else leads.exclude(tags__contains=[word])
    if not off:
        changing = changing.exclude(tags__len__gte=MOST_TAGS)
    ids = list(changing.order_by("pk").values_list("pk", flat=True))
    locked = Lead.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True)
    ids = list(locked.values_list("pk", flat=True))
    function = "array_remove" if off else "array_append"
    value = Func(F("tags"), Value(word, output_field=TextField()), function=function)
    Lead.objects.filter(pk__in=ids).update(tags=value)
    kind = "untagged" if off else "tagged"
    Event.objects.bulk_create(
        (Event(lead_id=pk, kind=kind, at=at, by=by, data={"tag": word}) for pk in ids), batch_size=1000
    )
    return ids


def tags_of(leads: QuerySet[Lead], newest: int = 200) -> list[str]:
    """The tags that the newest of `leads` with a tag carry, in the order of the alphabet."""
    tagged = leads.exclude(tags=[]).order_by("-captured_at").values_list("tags", flat=True)[:newest]
    return sorted({word for tags in tagged for word in tags})
