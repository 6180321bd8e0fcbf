"""The shared list of reasons as it starts; it is edited in the app."""

from django.db import migrations

REASONS = [
    ("wrong_target", "not_decision_maker", "Not the decision maker"),
    ("wrong_target", "too_small", "Too small"),
    ("wrong_target", "wrong_industry", "Wrong industry"),
    ("wrong_target", "wrong_region", "Wrong region"),
    ("wrong_target", "student_or_competitor", "Student or competitor"),
    ("no_compelling_need", "no_pain", "No pain to solve"),
    ("no_compelling_need", "curious_only", "Curious only"),
    ("no_compelling_need", "solved_already", "Solved already"),
    ("no_compelling_need", "no_budget_case", "No budget case"),
    ("timing", "not_in_market", "Not in the market now"),
    ("timing", "contract_runs", "Contract runs until …"),
    ("timing", "budget_next_year", "Budget next year"),
    ("data_fault", "wrong_contact_data", "Wrong contact data"),
    ("data_fault", "duplicate", "Duplicate"),
    ("data_fault", "spam", "Spam"),
    ("data_fault", "test", "Test"),
    ("no_contact", "no_answer", "No answer after 3 tries"),
    ("lost", "price", "Price"),
    ("lost", "competitor", "Competitor"),
    ("lost", "missing_feature", "Missing feature"),
    ("lost", "no_decision", "No decision"),
    ("wrong_target", "other", "Other"),
]


def seed(apps, schema_editor):
    Reason = apps.get_model("feedback", "Reason")
    Reason.objects.bulk_create(
        Reason(group=group, key=key, label=label, position=position, needs_note=key == "other")
        for position, (group, key, label) in enumerate(REASONS, start=1)
    )


def unseed(apps, schema_editor):
    apps.get_model("feedback", "Reason").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("feedback", "0001_initial")]
    operations = [migrations.RunPython(seed, unseed)]
