"""The kinds of file that the rooms above have registered, and how headers are mapped to columns."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import DomainError
from imports.columns import Column, squeeze

EXTRA = "extra:"
IGNORED = "-"


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


class Undo(Protocol):
    """Takes back what the import with the id `run` brought, in the transaction of the caller, and
    returns how many objects are gone. Raises DomainError where somebody has worked on them."""

    def __call__(self, run: int, *, at: datetime, by: User | None) -> int: ...


@dataclass(frozen=True)
class Export:
    """A file that a known tool writes, recognised by its headers."""

    name: str
    headers: frozenset[str]
    mapping: Mapping[str, str]


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
    check: Callable[[dict[str, Any]], str | None] = lambda row: None
    exports: Sequence[Export] = ()
    keeps_unknown: bool = False
    undo: Undo | None = None

    def column(self, name: str) -> Column:
        return next(c for c in self.columns if c.name == name)

    def map_headers(self, headers: Sequence[str], wished: Mapping[str, str]) -> dict[str, str]:
        """Header -> column name (or `extra:NAME`, or `-`), wishes first, then a recognised export,
        then the columns' own names. Raises DomainError for a wish that names nothing."""
        self._check_wishes(headers, wished)
        export = next((e for e in self.exports if e.headers <= set(headers)), None)
        proposals = dict(export.mapping) if export else {}
        known = {header: c.name for c in self.columns for header in c.headers()}
        mapping: dict[str, str] = dict(wished)
        for header in headers:
            if header in mapping:
                continue
            name = proposals.get(header) or known.get(squeeze(header)) or self._unknown(header)
            taken = name in mapping.values() and not name.startswith((EXTRA, IGNORED))
            mapping[header] = self._unknown(header) if taken else name
        return mapping

    def _unknown(self, header: str) -> str:
        return EXTRA + header if self.keeps_unknown and header else IGNORED

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
    export = next((e for e in kind.exports if e.headers <= set(headers)), None)
    return Proposal(kind.map_headers(headers, {}), export)


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
