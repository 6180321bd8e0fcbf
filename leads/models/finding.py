"""What search looks into. Triggers of the database keep both tables true (migrations 0010 to 0031)."""

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from accounts.models import User
from leads.models.lead import Lead, seen_by


class LeadWordsQuerySet(models.QuerySet["LeadWords"]):
    def visible_to(self, user: User) -> models.QuerySet["LeadWords"]:
        """The same door as `Lead.visible_to`, for the words of the leads."""
        return seen_by(user, self, "lead", each=True)


class LeadWords(models.Model):
    """The words by which a lead is found, what filters ask of it among them, and what lists and searches are sorted by.

    Beside the lead, not in it: a re-grade rewrites every lead and touches none of this.
    """

    # No constraint and no collector: the trigger on the lead deletes its words.
    lead = models.OneToOneField(Lead, models.DO_NOTHING, primary_key=True, related_name="+", db_constraint=False)
    words = SearchVectorField()
    captured_at = models.DateTimeField()
    name_key = models.CharField(max_length=60, db_collation="C")
    organisation_key = models.CharField(max_length=60, db_collation="C")

    objects = LeadWordsQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            GinIndex(fields=["words"], name="lead_words"),
            # The list by name and by organisation, paged by key.
            models.Index(fields=["name_key", "lead"], name="lead_by_name"),
            models.Index(fields=["organisation_key", "lead"], name="lead_by_organisation"),
        ]


class KnownWord(models.Model):
    """Each word of people's and organisations' names once: what a misspelt word is held against."""

    word = models.CharField(max_length=60, primary_key=True, db_collation="C")

    class Meta:
        indexes: ClassVar = [GinIndex(OpClass("word", name="gin_trgm_ops"), name="known_word_alike")]
