"""A person is one lead, and its story begins."""

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as __

from alignment.invariants.finding import Invariant, none_of, repeated
from imports.models import Import
from leads.models import Event, Handoff, Lead, LeadAlias, LeadDefinition, Merge, Touch


def _owned_and_not_handed() -> QuerySet:
    handed = Handoff.objects.filter(lead=OuterRef("pk"), rep=OuterRef("owner"))
    return Lead.objects.exclude(owner=None).filter(~Exists(handed))


def _of_no_import() -> QuerySet:
    there = Import.objects.filter(pk=OuterRef("run_id"))
    leads, touches = (rows.exclude(run_id=None).filter(~Exists(there)) for rows in (Lead.objects, Touch.objects))
    return leads.values("pk").union(touches.values("pk"), all=True)


def _of_no_definition() -> QuerySet:
    there = LeadDefinition.objects.filter(pk=OuterRef("graded_by_id"))
    return Lead.objects.exclude(graded_by_id=None).filter(~Exists(there))


def _best_grade_below_grade() -> QuerySet:
    # Letters sort with quality: the better grade is the smaller letter.
    return Lead.objects.exclude(grade="").filter(Q(best_grade="") | Q(best_grade__gt=F("grade")))


def _alias_is_a_key() -> QuerySet:
    """Aliases that are a key of some lead as well: whoever comes by them could be two."""
    by_address = Q(kind="email") & Exists(Lead.objects.annotate(key=Lower("email")).filter(key=OuterRef("value")))
    by_id = Q(kind="external_id") & Exists(Lead.objects.filter(external_id=OuterRef("value")))
    return LeadAlias.objects.filter(by_address | by_id)


def _merged_and_there() -> QuerySet:
    return Merge.objects.filter(Exists(Lead.objects.filter(pk=OuterRef("dropped"))), undone_at=None)


def _merged_into_nobody() -> QuerySet:
    """Merges whose kept lead was merged itself: the old address would lead nowhere."""
    return Merge.objects.filter(kept__in=Merge.objects.filter(undone_at=None).values("dropped"))


INVARIANTS = [
    Invariant(
        "address_once",
        __("One e-mail address is one lead, whatever its case."),
        lambda: repeated(Lead.objects.exclude(email=None).annotate(key=Lower("email")), "key"),
    ),
    Invariant(
        "external_id_once",
        __("One external id is one lead."),
        lambda: repeated(Lead.objects.exclude(external_id=None), "external_id"),
    ),
    Invariant("captured", __("Every lead's story begins: it was captured."), lambda: none_of(Event, kind="captured")),
    Invariant(
        "captured_once",
        __("A lead is captured once, later contacts are touches."),
        lambda: repeated(Event.objects.filter(kind="captured"), "lead"),
    ),
    Invariant("touch", __("Every lead has a touch."), lambda: none_of(Touch)),
    Invariant(
        "touch_once",
        __("The same touch is kept once."),
        lambda: repeated(Touch.objects.all(), "lead", "campaign", "kind", "at"),
    ),
    Invariant("best_grade", __("The best grade is never below the grade."), _best_grade_below_grade),
    Invariant("owner_was_handed_it", __("Whoever owns a lead was handed it."), _owned_and_not_handed),
    Invariant("import_is_there", __("The import that brought a lead or a touch is there."), _of_no_import),
    Invariant("definition_is_there", __("The definition that graded a lead is there."), _of_no_definition),
    Invariant("merged_is_gone", __("A lead that was merged is there no more."), _merged_and_there),
    Invariant("merged_once", __("A lead is merged into one that is there."), _merged_into_nobody),
    Invariant("old_keys", __("A key of a merged lead finds the kept one and nobody else."), _alias_is_a_key),
    Invariant(
        "merge_told",
        __("The timeline tells every merge."),
        lambda: Merge.objects.filter(~Exists(Event.objects.filter(lead=OuterRef("kept"), kind="merged"))),
    ),
]
