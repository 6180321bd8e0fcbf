"""What both heads sign, which the database keeps as it is: a frozen picture is made whole, dropped whole, or sealed."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# A picture and its rows never change. They may go together, while it is not sealed.
TRIGGERS = """
CREATE FUNCTION reviews_picture_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what was frozen never changes' USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION reviews_is_added_to() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM reviews_snapshot s WHERE s.digest <> '' AND s.id IN (SELECT DISTINCT snapshot_id FROM came)
    ) THEN
        RAISE EXCEPTION 'nothing is added to what was frozen' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION reviews_is_signed_again() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM reviews_snapshot s
        WHERE s.sealed_at IS NOT NULL AND s.id IN (SELECT DISTINCT snapshot_id FROM came)
    ) THEN
        RAISE EXCEPTION 'both have signed' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION reviews_is_taken_from() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM reviews_snapshot s
        WHERE s.sealed_at IS NOT NULL AND s.id IN (SELECT DISTINCT snapshot_id FROM went)
    ) THEN
        RAISE EXCEPTION 'what was signed stays' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION reviews_is_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM reviews_snapshot s WHERE s.sealed_at IS NOT NULL) THEN
        RAISE EXCEPTION 'what was signed stays' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER picture_stays BEFORE UPDATE ON reviews_snapshot FOR EACH ROW WHEN (
    OLD.sealed_at IS NOT NULL OR OLD.review_id <> NEW.review_id OR OLD.at <> NEW.at OR OLD.by_id <> NEW.by_id
    OR (OLD.digest <> '' AND OLD.digest <> NEW.digest)
) EXECUTE FUNCTION reviews_picture_stays();
CREATE TRIGGER picture_goes BEFORE DELETE ON reviews_snapshot FOR EACH ROW WHEN (OLD.sealed_at IS NOT NULL)
    EXECUTE FUNCTION reviews_picture_stays();
CREATE TRIGGER signed_review_stays BEFORE UPDATE OR DELETE ON reviews_review FOR EACH ROW WHEN (OLD.status = 'signed')
    EXECUTE FUNCTION reviews_picture_stays();
CREATE TRIGGER signature_is_late AFTER INSERT ON reviews_signoff REFERENCING NEW TABLE AS came
    FOR EACH STATEMENT EXECUTE FUNCTION reviews_is_signed_again();
CREATE TRIGGER snapshot_is_emptied BEFORE TRUNCATE ON reviews_snapshot
    FOR EACH STATEMENT EXECUTE FUNCTION reviews_is_emptied();
"""
OF_EACH_TABLE = """
CREATE TRIGGER %(name)s_stays BEFORE UPDATE ON reviews_%(name)s
    FOR EACH STATEMENT EXECUTE FUNCTION reviews_picture_stays();
CREATE TRIGGER %(name)s_goes AFTER DELETE ON reviews_%(name)s REFERENCING OLD TABLE AS went
    FOR EACH STATEMENT EXECUTE FUNCTION reviews_is_taken_from();
CREATE TRIGGER %(name)s_is_emptied BEFORE TRUNCATE ON reviews_%(name)s
    FOR EACH STATEMENT EXECUTE FUNCTION reviews_is_emptied();
"""
OF_EACH_PICTURE = """
CREATE TRIGGER %(name)s_is_late AFTER INSERT ON reviews_%(name)s REFERENCING NEW TABLE AS came
    FOR EACH STATEMENT EXECUTE FUNCTION reviews_is_added_to();
"""
NO_TRIGGERS = """
DROP TRIGGER snapshot_is_emptied ON reviews_snapshot;
DROP TRIGGER signature_is_late ON reviews_signoff;
DROP TRIGGER signed_review_stays ON reviews_review;
DROP TRIGGER picture_goes ON reviews_snapshot;
DROP TRIGGER picture_stays ON reviews_snapshot;
DROP FUNCTION reviews_is_emptied();
DROP FUNCTION reviews_is_taken_from();
DROP FUNCTION reviews_is_signed_again();
DROP FUNCTION reviews_is_added_to();
DROP FUNCTION reviews_picture_stays();
"""
NO_TRIGGERS_OF_EACH_TABLE = """
DROP TRIGGER %(name)s_is_emptied ON reviews_%(name)s;
DROP TRIGGER %(name)s_goes ON reviews_%(name)s;
DROP TRIGGER %(name)s_stays ON reviews_%(name)s;
"""
NO_TRIGGERS_OF_EACH_PICTURE = "DROP TRIGGER %(name)s_is_late ON reviews_%(name)s;"


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0005_goals_and_agreements"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Snapshot",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("digest", models.CharField(max_length=64)),
                ("sealed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "review",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="snapshot", to="reviews.review"
                    ),
                ),
            ],
            options={
                "verbose_name": "frozen quarter",
            },
        ),
        migrations.CreateModel(
            name="SignOff",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("side", models.CharField(choices=[("marketing", "Marketing"), ("sales", "Sales")], max_length=9)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "snapshot",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="signatures",
                        to="reviews.snapshot",
                    ),
                ),
            ],
            options={
                "ordering": ["side"],
                "constraints": [
                    models.UniqueConstraint(fields=("snapshot", "side"), name="signed_once_by_side"),
                    models.UniqueConstraint(fields=("snapshot", "by"), name="nobody_signs_for_both"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Piece",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("part", models.CharField(max_length=40)),
                ("position", models.PositiveIntegerField()),
                ("text", models.TextField()),
                (
                    "snapshot",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pieces",
                        to="reviews.snapshot",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("snapshot", "part", "position"), name="piece_in_its_place")
                ],
            },
        ),
        migrations.CreateModel(
            name="FrozenLead",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("basis", models.CharField(choices=[("captured", "Captured"), ("won", "Won")], max_length=8)),
                ("lead", models.BigIntegerField()),
                ("month", models.DateField()),
                ("campaign", models.CharField(blank=True, max_length=120)),
                ("source", models.CharField(blank=True, max_length=120)),
                (
                    "counts",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), size=None),
                ),
                ("revenue", models.DecimalField(decimal_places=2, max_digits=20, null=True)),
                ("pipeline", models.DecimalField(decimal_places=2, max_digits=20, null=True)),
                ("revenue_in_period", models.DecimalField(decimal_places=2, max_digits=20, null=True)),
                ("waits", django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ("passages", django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                (
                    "snapshot",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="leads",
                        to="reviews.snapshot",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("snapshot", "basis", "lead", "month"), name="frozen_lead_once")
                ],
            },
        ),
        migrations.RunSQL(TRIGGERS, NO_TRIGGERS),
        *(
            migrations.RunSQL(OF_EACH_TABLE % {"name": name}, NO_TRIGGERS_OF_EACH_TABLE % {"name": name})
            for name in ("piece", "frozenlead", "signoff")
        ),
        *(
            migrations.RunSQL(OF_EACH_PICTURE % {"name": name}, NO_TRIGGERS_OF_EACH_PICTURE % {"name": name})
            for name in ("piece", "frozenlead")
        ),
    ]
