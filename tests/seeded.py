"""The rows that migrations seeded: a test that committed empties every table, and they are put back.

Django does so row by row, which takes longer than most of these tests.
"""

from io import BytesIO
from typing import Any

from django.db import transaction


class SeededRows:
    """What stood in the tables of a fresh test database."""

    def __init__(self, connection: Any) -> None:
        self.tables: dict[str, bytes] = {}
        with connection.cursor() as cursor:
            for table in sorted(connection.introspection.django_table_names(only_existing=True)):
                rows = BytesIO()
                cursor.copy_expert(f'COPY "{table}" TO STDOUT', rows)
                if rows.getvalue():
                    self.tables[table] = rows.getvalue()

    def put_back(self, connection: Any) -> None:
        """Fill the tables that were emptied; does nothing where the rows stand there."""
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.execute(f'SELECT EXISTS (SELECT FROM "{next(iter(self.tables))}")')
            if cursor.fetchone()[0]:
                return
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            for table, rows in self.tables.items():
                cursor.copy_expert(f'COPY "{table}" FROM STDIN', BytesIO(rows))
