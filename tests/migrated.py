"""A migrated database to copy: migrating takes ten seconds, a copy of what that made takes a moment."""

import hashlib
from pathlib import Path
from typing import Any

import django
from django.apps import apps

PREFIX = "test_migrated_"


def migrated_database(connection: Any) -> str:
    """The name of a database that the migrations made. It stays on the server until a migration is another one;
    of several processes the first makes it and the others wait."""
    name = PREFIX + _digest_of_migrations()
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", [PREFIX])  # until this connection ends
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX])
        found = [row[0] for row in cursor.fetchall()]
        if name not in found:
            for old in found:
                cursor.execute(f'DROP DATABASE "{old}"')
            cursor.execute(f'ALTER DATABASE "{_migrate(connection)}" RENAME TO "{name}"')
    return name


def _digest_of_migrations() -> str:
    digest = hashlib.sha256(django.__version__.encode())
    for app in apps.get_app_configs():
        for file in sorted((Path(app.path) / "migrations").glob("*.py")):
            digest.update(f"{app.label} {file.name}\n".encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def _migrate(connection: Any) -> str:
    """The name of a new database, made as Django makes one for tests."""
    usual, for_tests = connection.settings_dict["NAME"], connection.settings_dict["TEST"]["NAME"]
    connection.settings_dict["TEST"]["NAME"] = PREFIX + "draft"
    try:
        return connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    finally:
        connection.creation.destroy_test_db(usual, verbosity=0, keepdb=True)
        connection.settings_dict["TEST"]["NAME"] = for_tests
