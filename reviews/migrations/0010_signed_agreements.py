"""What both heads signed of an agreement never changes: the database refuses what the verbs refuse."""

from django.db import migrations

# A commitment may follow its campaign, which is merged into another one or comes apart from it again.
TRIGGERS = """
CREATE FUNCTION reviews_agreement_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'both have signed this agreement' USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION reviews_part_of_agreement_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF to_jsonb(OLD) - 'campaign_id' = to_jsonb(NEW) - 'campaign_id' THEN
            RETURN NEW;
        END IF;
    END IF;
    -- Locked, so that nobody signs between this look and the end of the change.
    PERFORM FROM reviews_agreement a WHERE a.id IN (OLD.agreement_id, NEW.agreement_id) FOR SHARE;
    IF EXISTS (
        SELECT FROM reviews_agreement a
        WHERE a.id IN (OLD.agreement_id, NEW.agreement_id) AND a.signed_at IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'both have signed this agreement' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;

CREATE FUNCTION reviews_agreements_are_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM reviews_agreement a WHERE a.signed_at IS NOT NULL) THEN
        RAISE EXCEPTION 'both have signed an agreement' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER signed_agreement_stays BEFORE UPDATE OR DELETE ON reviews_agreement FOR EACH ROW
    WHEN (OLD.signed_at IS NOT NULL) EXECUTE FUNCTION reviews_agreement_stays();
CREATE TRIGGER agreement_is_emptied BEFORE TRUNCATE ON reviews_agreement
    FOR EACH STATEMENT EXECUTE FUNCTION reviews_agreements_are_emptied();
"""
OF_EACH_PART = """
CREATE TRIGGER %(name)s_stays BEFORE INSERT OR UPDATE OR DELETE ON reviews_%(name)s FOR EACH ROW
    EXECUTE FUNCTION reviews_part_of_agreement_stays();
CREATE TRIGGER %(name)s_is_emptied BEFORE TRUNCATE ON reviews_%(name)s
    FOR EACH STATEMENT EXECUTE FUNCTION reviews_agreements_are_emptied();
"""
NO_TRIGGERS_OF_EACH_PART = """
DROP TRIGGER %(name)s_is_emptied ON reviews_%(name)s;
DROP TRIGGER %(name)s_stays ON reviews_%(name)s;
"""
NO_TRIGGERS = """
DROP TRIGGER agreement_is_emptied ON reviews_agreement;
DROP TRIGGER signed_agreement_stays ON reviews_agreement;
DROP FUNCTION reviews_agreements_are_emptied();
DROP FUNCTION reviews_part_of_agreement_stays();
DROP FUNCTION reviews_agreement_stays();
"""
PARTS = ("commitment", "agreementsignature")


class Migration(migrations.Migration):
    dependencies = [("reviews", "0009_minutes")]

    operations = [
        migrations.RunSQL(TRIGGERS, NO_TRIGGERS),
        *(
            migrations.RunSQL(OF_EACH_PART % {"name": name}, NO_TRIGGERS_OF_EACH_PART % {"name": name})
            for name in PARTS
        ),
    ]
