"""The kinds of file that the rooms above have registered, and how headers are mapped to columns."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Company, User
from common.errors import DomainError
from imports.columns import Column, bare
from imports.guarding import REASON
from imports.headers import map_to

EXTRA = "extra:"
IGNORED = "-"
ENOUGH = 0.8


class Result(Protocol):
    """What became of one row: created, updated, unchanged or refused with a sentence."""

    @property
    def number(self) -> int: ...
    @property
    def result(self) -> str: ...
    @property
    def sentence(self) -> str: ...


class Take(Protocol):
    """Takes rows (values by column name, and `number`, the row of the file) in one transaction.
    `run` is the id of the import that they come from."""

    def __call__(
        self, rows: Sequence[dict[str, Any]], *, at: datetime, by: User | None, run: int | None = None
    ) -> Sequence[Result]: ...


class TakeAbreast(Protocol):
    """The same beside the chunk before it: calls `in_turn` when the rows are in, before anything is done that goes by
    the order of the chunks."""

    def __call__(
        self,
        rows: Sequence[dict[str, Any]],
        *,
        at: datetime,
        by: User | None,
        run: int | None = None,
        in_turn: Callable[[], None],
    ) -> Sequence[Result]: ...


class Undo(Protocol):
    """Takes back what the import with the id `run` brought, in the transaction of the caller, and
    returns how many objects are gone. Raises DomainError where somebody has worked on them."""

    def __call__(self, run: int, *, at: datetime, by: User | None) -> int: ...


@dataclass(frozen=True)
class Headline:
    """How a row is announced before it is loaded: who or what it is about."""

    title: str
    detail: str = ""
    about: str = ""


@dataclass(frozen=True)
class Aftermath:
    """What came of an import: where the "created" and "updated" ones are shown, and further counts, each
    a label, a number and an address or ""."""

    links: Mapping[str, str] = field(default_factory=dict)
    counts: Sequence[tuple[str, int, str]] = ()


@dataclass(frozen=True)
class Fate:
    """What would become of a row that is taken: its grade, and in words where it goes; "" for neither."""

    grade: str = ""
    words: str = ""


@dataclass(frozen=True)
class ForAllRows:
    """A column that may have one value for every row that brings none of its own. `choices` are values
    and labels: all there are where `strict`, else those that are known."""

    column: str
    label: str
    choices: Sequence[tuple[str, str]]
    strict: bool = False
    hint: str = ""


def first_texts(texts: Mapping[str, str]) -> Headline:
    """The first three texts of a row."""
    return Headline(*[*texts.values(), ""][:3])


def in_rows(count: int) -> str:
    return ngettext("%(n)s row", "%(n)s rows", count) % {"n": f"{count:,}"}


@dataclass(frozen=True)
class Export:
    """A file that a known tool writes, recognised by its headers.

    `headers` are those that tell it from other files; case, accents and punctuation don't matter, and one in five
    may be missing. `mapping` sends headers to columns of the kind (`-`: to none), the rest is mapped as in any
    file. `fixed` are values of every row, `clean` prepares the cells of a column, `day_first` says how the tool
    writes dates such as 03/04/2026.
    """

    name: str
    headers: frozenset[str]
    mapping: Mapping[str, str]
    fixed: Mapping[str, str] = field(default_factory=dict)
    clean: Mapping[str, Callable[[str], str]] = field(default_factory=dict)
    day_first: bool | None = None

    def likeness(self, headers: set[str]) -> float:
        """How many of its headers are among `headers` (bare), 0 where too few."""
        own = {bare(header) for header in self.headers}
        found = len(own & headers)
        return found if found >= ENOUGH * len(own) else 0


def heads(text: str) -> frozenset[str]:
    """The headers of a line, which are cut at bars."""
    return frozenset(header.strip() for header in text.split("|"))


@dataclass(frozen=True)
class Proposal:
    """Header -> column name (or `extra:NAME`, or `-`), and the export that the headers are those of."""

    mapping: dict[str, str]
    export: Export | None = None


@dataclass(frozen=True)
class Kind:
    """One kind of file: its columns, the exports it recognises, and the function that takes rows."""

    key: str
    label: str
    columns: Sequence[Column]
    take: Take
    take_abreast: TakeAbreast | None = None
    # Makes what the rows of several chunks share, in a transaction of its own, so that no chunk waits for another.
    prepare: Callable[[Sequence[dict[str, Any]]], None] = lambda rows: None
    check: Callable[[dict[str, Any]], str | None] = lambda row: None
    # Adds to the values of a row what another column of it tells.
    supply: Callable[[dict[str, Any]], None] = lambda row: None
    # Adds to the values of a good row what follows from them, and says what is odd about it.
    complete: Callable[[dict[str, Any], Company], Sequence[str]] = lambda row, company: ()
    exports: Sequence[Export] = ()
    keeps_unknown: bool = False
    # What some headers mean depends on the others.
    settle: Callable[[dict[str, str]], dict[str, str]] = lambda mapping: mapping
    # Who may load such files, see them, and undo them.
    may_load: Callable[[User], bool] = lambda user: user.is_active and user.sees_everything
    undo: Undo | None = None
    # Columns that a person may give one value for the whole file.
    for_all_rows: Callable[[], Sequence["ForAllRows"]] = tuple
    # For the preview: how a row is announced, how many rows are called, and what would become of them.
    headline: Callable[[Mapping[str, str]], Headline] = first_texts
    counted: Callable[[int], str] = in_rows
    fates: Callable[[Sequence[Result]], Mapping[int, "Fate"]] = lambda results: {}
    # For the result: what else came of an import, and where its rows are shown.
    aftermath: Callable[[int], "Aftermath"] = lambda run: Aftermath()

    def column(self, name: str) -> Column:
        return next(c for c in self.columns if c.name == name)

    def export(self, name: str) -> Export | None:
        return next((e for e in self.exports if e.name == name), None)

    def recognised(self, headers: Sequence[str]) -> str:
        """The name of the export whose headers these are, or ""."""
        plain = {bare(header) for header in headers}
        best = max(self.exports, key=lambda e: e.likeness(plain), default=None)
        return best.name if best and best.likeness(plain) else ""

    def map_headers(self, headers: Sequence[str], wished: Mapping[str, str]) -> dict[str, str]:
        """Header -> column name (or `extra:NAME`, or `-`), wishes first, then a recognised export,
        then the columns' own names. Raises DomainError for a wish that names nothing."""
        self._check_wishes(headers, wished)
        export = self.export(self.recognised(headers))
        told = export.mapping.items() if export else ()
        proposed = {bare(header): (rank, name) for rank, (header, name) in enumerate(told)}
        known = {header: (rank, c.name) for c in self.columns for rank, header in enumerate(c.headers())}
        mapping: dict[str, str] = dict(wished)
        mapping |= {h: IGNORED for h in headers if h not in mapping and proposed.get(bare(h), (0, ""))[1] == IGNORED}
        # What the export says goes before what other headers are called.
        for words in (proposed, known):
            mapping |= map_to(headers, words, mapping)
        mapping = self.settle(mapping) | dict(wished)
        return {header: mapping.get(header) or self._unknown(header) for header in headers}

    def _unknown(self, header: str) -> str:
        return EXTRA + header if self.keeps_unknown and header and header != REASON else IGNORED

    def _check_wishes(self, headers: Sequence[str], wished: Mapping[str, str]) -> None:
        names = {c.name for c in self.columns}
        for header, name in wished.items():
            if header not in headers:
                raise DomainError("no_such_column", _("The file has no column “%(header)s”.") % {"header": header})
            if name not in names and name != IGNORED:
                raise DomainError(
                    "no_such_field",
                    _("There is no field “%(name)s”. The fields are: %(names)s.")
                    % {"name": name, "names": ", ".join(sorted(names))},
                )


def propose(kind: Kind, headers: Sequence[str]) -> Proposal:
    """How the columns of a file with these headers may be read."""
    return Proposal(kind.map_headers(headers, {}), kind.export(kind.recognised(headers)))


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    _kinds[kind.key] = kind


def get(key: str) -> Kind:
    """The kind called `key`. Raises DomainError where none is."""
    try:
        return _kinds[key]
    except KeyError:
        raise DomainError(
            "no_such_kind",
            _("There is no kind of file “%(key)s”. The kinds are: %(keys)s.")
            % {"key": key, "keys": ", ".join(sorted(_kinds))},
        ) from None


def keys() -> list[str]:
    return sorted(_kinds)


def loadable_by(user: User) -> list[Kind]:
    """The kinds that `user` may load, leads first."""
    return [kind for kind in sorted(_kinds.values(), key=lambda kind: kind.key != "leads") if kind.may_load(user)]
