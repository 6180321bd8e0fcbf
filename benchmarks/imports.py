"""How fast new leads come in by file: `python benchmarks/imports.py 10000 100000`.

Writes a file of so many clean rows for each size, loads it with the function of the command
(mapping, checks, matching, touch, grade, handoff, likely duplicates), and compares with the bare
limit: COPY to a staging table, and INSERT .. SELECT .. ON CONFLICT into a table with the indexes of
the leads. Then the same people come again, each with a newer contact. It loads for real: run it on a
database made for it (VAR_DIR).
"""

import argparse
import csv
import os
import resource
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alignment.settings")

FIRST = "Anna Bruno Carla David Elin Fabio Greta Henrik Ines Jonas Karin Lars Maja Nils Olga Pedro".split()  # noqa: SIM905
TITLES = ["Head of procurement", "Maintenance engineer", "Student", "Plant manager", "Controller", "IT administrator"]
INDUSTRIES = ["Machinery", "Food", "Retail", "Energy", "Consulting"]
COUNTRIES = ["Germany", "France", "Poland", "Portugal", "Brazil"]
KINDS = ["form", "webinar", "event", "download", "quote"]
HEADERS = [
    "email", "first_name", "last_name", "job_title", "phone", "organisation", "employees", "industry", "country",
    "source", "campaign", "captured_at", "kind", "note", "budget",
]  # fmt: skip
BARE = """
CREATE TEMPORARY TABLE bare_staging (email text, first_name text, name text, phone text, captured_at timestamptz);
CREATE TEMPORARY TABLE bare (LIKE leads_lead INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING INDEXES);
CREATE TEMPORARY SEQUENCE bare_id;
"""
INSERT = """
INSERT INTO bare (id, email, first_name, last_name, name, job_title, phone, phone_e164, website, industry, country,
    source, note, consent, facts, tags, grade, best_grade, fit, engagement, stage, kept_out, do_not_contact,
    do_not_contact_why, captured_at, created_at, version)
SELECT nextval('bare_id'), email, first_name, '', name, '', phone, '', '', '', '', '', '', '', '{}', '{}', 'D', 'D',
    0, 0, 'new', '', false, '', captured_at, clock_timestamp(), 1 FROM bare_staging ON CONFLICT DO NOTHING
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="+", type=int)
    sizes = parser.parse_args().sizes
    from alignment.embedded import use_servers

    use_servers()
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    for number, size in enumerate(sizes):
        with tempfile.TemporaryDirectory() as folder:
            mark, now = f"{int(time.time())}{number}", datetime.now(UTC)
            measure(write(Path(folder) / f"{size}.csv", size, mark, now - timedelta(hours=1)), size)
            again(write(Path(folder) / f"{size}-again.csv", size, mark, now), size)


def write(path: Path, size: int, mark: str, newest: datetime) -> Path:
    """A file of `size` people nobody has seen before unless their `mark` is known, two at each organisation."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADERS)
        for n in range(size):
            firm = n // 2
            writer.writerow([
                f"p{n}@firm{firm}-{mark}.com", FIRST[n % 16], f"Person{_letters(n)}", TITLES[n % 6],
                f"+4930{mark[-3:]}{n:07d}", f"Firm {mark} {_letters(firm)}", 20 + n % 900, INDUSTRIES[n % 5],
                COUNTRIES[n // 3 % 5], "google", f"Campaign {n % 200}",
                (newest - timedelta(seconds=n % 400_000)).isoformat(timespec="seconds"), KINDS[n % 5], "", "open",
            ])  # fmt: skip
    return path


def _letters(n: int) -> str:
    """A number as letters, so that names are names."""
    return "".join(chr(ord("a") + int(digit)) for digit in str(n))


def measure(path: Path, size: int) -> None:
    from imports import kinds
    from imports.running import import_file

    bare = bare_seconds(path)
    begin = time.perf_counter()
    run = import_file(kinds.get("leads"), path)
    took = time.perf_counter() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{size:>9,} rows: {took:6.1f} s, {size / took:7,.0f} rows a second, {run.created:,} created, "
        f"{run.refused:,} refused; bare limit {bare:.1f} s, so {took / bare:.1f} times; peak memory {peak:.0f} MB"
    )


def again(path: Path, size: int) -> None:
    from imports import kinds
    from imports.running import import_file

    begin = time.perf_counter()
    run = import_file(kinds.get("leads"), path)
    took = time.perf_counter() - begin
    print(f"{size:>9,} again: {took:5.1f} s, {size / took:7,.0f} rows a second, {run.updated:,} updated")


def bare_seconds(path: Path) -> float:
    """Seconds for the same people through COPY and one INSERT with the indexes of the leads."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor, tempfile.TemporaryFile("w+") as staged:
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                name = f"{row['first_name']} {row['last_name']}"
                cells = [row["email"], row["first_name"], name, row["phone"], row["captured_at"]]
                staged.write("\t".join(cells) + "\n")
        staged.seek(0)
        cursor.execute(BARE)
        begin = time.perf_counter()
        cursor.copy_expert("COPY bare_staging FROM STDIN", staged)
        cursor.execute(INSERT)
        took = time.perf_counter() - begin
        transaction.set_rollback(True)
    return took


if __name__ == "__main__":
    main()
