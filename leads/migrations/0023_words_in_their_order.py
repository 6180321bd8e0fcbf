"""The trigger adds new words in their order, as everybody does: two that bring the same ones wait, and never for each
other."""

from importlib import import_module

from django.db import migrations

before = import_module("leads.migrations.0019_words_of_many_are_told_before").TRIGGER
TRIGGER = before.replace("word !~ '[0-9]'\n    ON CONFLICT", "word !~ '[0-9]'\n    ORDER BY word ON CONFLICT")


class Migration(migrations.Migration):
    dependencies = [("leads", "0022_capture_from_platforms")]

    operations = [migrations.RunSQL(TRIGGER, before)]
