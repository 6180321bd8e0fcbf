"""Version 1 of the lead definition and the default service level; both are edited in the app."""

from datetime import UTC, datetime

from django.db import migrations

BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)

DECIDES = [
    "director*", "head of", "chief", "ceo", "coo", "cto", "cfo", "cio", "vp", "vice president", "president",
    "managing", "owner", "founder", "co-founder", "partner", "procurement", "purchasing", "buyer", "plant manager",
    "general manager", "geschäftsführ*", "leiter*", "leitung", "inhaber*", "einkauf*", "directeur", "directrice", "acheteur*",
    "gerente", "diretor", "kierownik", "dyrektor",
]  # fmt: skip
WORKS_WITH_IT = [
    "maintenance", "engineer*", "operations", "reliability", "production", "technical", "technician*",
    "manager", "instandhaltung*", "technik*", "ingenieur*", "betrieb*", "engenheir*", "manutenção", "technique",
]  # fmt: skip
TOO_FAR = ["student*", "intern", "trainee", "praktikant*", "werkstudent*", "stagiaire"]
INDUSTRIES = [
    "manufacturing", "machinery", "mechanical engineering", "industrial", "industry", "food", "food and beverage",
    "beverages", "chemicals", "pharmaceuticals", "energy", "wind energy", "utilities", "automotive", "paper",
    "mining", "metals", "steel", "cement", "building materials", "logistics", "electronics", "plastics", "textiles",
]  # fmt: skip
COUNTRIES = [
    "germany", "deutschland", "de", "austria", "österreich", "at", "switzerland", "schweiz", "ch", "netherlands",
    "nl", "belgium", "be", "luxembourg", "lu", "france", "fr", "poland", "pl", "portugal", "pt", "spain", "es",
    "italy", "it", "denmark", "dk", "sweden", "se", "norway", "no", "finland", "fi", "ireland", "ie", "czechia", "cz",
    "united kingdom", "uk", "gb", "united states", "usa", "us", "canada", "ca",
]  # fmt: skip
FIT = [
    ("Decides or buys", "job_title", "contains", DECIDES, 20),
    ("Works with the product", "job_title", "contains", WORKS_WITH_IT, 12),
    ("Studies or is in training", "job_title", "contains", TOO_FAR, -30),
    ("50 to 199 employees", "employees", "between", [50, 199], 10),
    ("200 employees or more", "employees", "between", [200, None], 15),
    ("Industry we serve", "industry", "one_of", INDUSTRIES, 18),
    ("Country we sell in", "country", "one_of", COUNTRIES, 10),
    ("Came recommended", "source", "one_of", ["referral", "partner", "customer"], 10),
]
ENGAGEMENT = [
    ("Asked for a quote or a demo", "touch_kind", ["quote", "demo"], 25),
    ("Called in", "touch_kind", ["call"], 20),
    ("Attended a webinar", "touch_kind", ["webinar"], 15),
    ("Visited the stand", "touch_kind", ["event"], 15),
    ("Filled a form", "touch_kind", ["form"], 12),
    ("Downloaded, visited or answered", "touch_kind", ["download", "visit", "email"], 8),
    ("Three touches or more", "touch_count", 3, 10),
]


def seed(apps, schema_editor):
    definition = apps.get_model("leads", "LeadDefinition").objects.create(version=1, valid_from=BEGINNING)
    criteria = [("fit", *row) for row in FIT]
    criteria += [("engagement", label, "touches", *row) for label, *row in ENGAGEMENT]
    Criterion = apps.get_model("leads", "Criterion")
    Criterion.objects.bulk_create(
        Criterion(
            definition=definition,
            position=position,
            half=half,
            label=label,
            fact=fact,
            test=test,
            value=value,
            points=points,
        )
        for position, (half, label, fact, test, value, points) in enumerate(criteria, start=1)
    )
    ServiceLevel = apps.get_model("leads", "ServiceLevel")
    ServiceLevel.objects.bulk_create(
        ServiceLevel(grade=grade, kind=kind, days=days, valid_from=BEGINNING)
        for grade in "AB"
        for kind, days in (("first_response", 7), ("verdict", 14))
    )


def unseed(apps, schema_editor):
    apps.get_model("leads", "LeadDefinition").objects.filter(version=1).delete()
    apps.get_model("leads", "ServiceLevel").objects.filter(valid_from=BEGINNING).delete()


class Migration(migrations.Migration):
    dependencies = [("leads", "0001_initial")]
    operations = [migrations.RunPython(seed, unseed)]
