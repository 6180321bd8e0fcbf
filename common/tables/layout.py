"""How a file is to be read: proposed by `sniff`, changed by a person, kept as JSON."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from django.utils.translation import gettext_lazy as _

CSV = "csv"
XLSX = "xlsx"

# What a person may change the encoding to; the keys are Python's names.
ENCODINGS = {
    "utf-8": _("UTF-8"),
    "utf-16-le": _("UTF-16, little-endian"),
    "utf-16-be": _("UTF-16, big-endian"),
    "cp1252": _("Western European (Windows-1252)"),
    "mac_roman": _("Western European (Mac Roman)"),
    "cp1250": _("Central European (Windows-1250)"),
    "cp1251": _("Cyrillic (Windows-1251)"),
    "cp932": _("Japanese (Shift JIS)"),
    "gb18030": _("Chinese (GB18030)"),
    "iso8859_2": _("Central European (ISO 8859-2)"),
    "cp1253": _("Greek (Windows-1253)"),
    "cp1254": _("Turkish (Windows-1254)"),
    "cp1255": _("Hebrew (Windows-1255)"),
    "cp1256": _("Arabic (Windows-1256)"),
    "koi8_r": _("Cyrillic (KOI8-R)"),
    "cp866": _("Cyrillic (DOS)"),
    "cp850": _("Western European (DOS)"),
    "euc_jp": _("Japanese (EUC)"),
    "euc_kr": _("Korean (EUC-KR)"),
    "big5": _("Chinese, traditional (Big5)"),
    "utf-32-le": _("UTF-32, little-endian"),
    "utf-32-be": _("UTF-32, big-endian"),
}
DELIMITERS = {",": _("comma"), ";": _("semicolon"), "\t": _("tab"), "|": _("vertical bar")}


@dataclass(frozen=True)
class Layout:
    """`header_row` is the row of the headers counted from 1, None where the file has none; `headers` are the
    columns' names, each one once. `last_row` is the last row of the table where lines stand below it that are none of
    its rows. `rows` counts the rows that hold anything. `escape` stands before a quotation mark inside a cell where
    such marks are not doubled. `warnings` are sentences about the file as a whole.
    """

    headers: tuple[str, ...]
    format: str = CSV
    encoding: str = "utf-8"
    delimiter: str = ","
    quote: str = '"'
    escape: str = ""
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    header_row: int | None = 1
    last_row: int | None = None
    rows: int = 0
    warnings: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Layout":
        known = {field.name: kept[field.name] for field in fields(cls) if field.name in kept}
        values: dict[str, Any] = {n: tuple(value) if isinstance(value, list) else value for n, value in known.items()}
        return cls(**values)
