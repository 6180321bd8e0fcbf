"""The trigger learns the words of a few leads; whoever brings many has told their words before."""

from importlib import import_module

from django.db import migrations

before = import_module("leads.migrations.0017_words_by_index").TRIGGER
TRIGGER = before.replace("learns boolean := pg_try", "learns boolean := (SELECT count(*) FROM came) <= 100 AND pg_try")


class Migration(migrations.Migration):
    dependencies = [("leads", "0018_figures_by_index_alone")]

    operations = [migrations.RunSQL(TRIGGER, before)]
