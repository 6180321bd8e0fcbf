"""XLSX: looked through as a stream before anything opens it, for a small file can ask for a lot of memory."""

import re
import struct
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import BadZipFile, ZipFile, ZipInfo

from django.utils.translation import gettext as _

from common.errors import DomainError
from common.tables.guards import no_table

BLOCK = 1 << 18
MOST_PARTS = 5_000
MOST_SHEET_BYTES = 128 << 20
MOST_TEXT_BYTES = 64 << 20
MOST_TEXTS = 1_500_000
# The reader keeps a sheet as one rectangle up to its last cell, some hundred bytes each.
MOST_CELLS = 2_000_000
MOST_COLUMNS = 5_000
OTHER_KINDS = (".xls", ".xla", ".xlsb", ".ods")
PARTS = re.compile(r"xl/(worksheets/[^/]+|sharedStrings|styles|workbook)\.xml$", re.IGNORECASE)
CELL = re.compile(rb"<(?:\w+:)?c(?=[\s>])[^>]*>")
PLACE = re.compile(rb"""\br=["']([A-Z]{1,3})(\d{1,7})["']""")
TEXT = re.compile(rb"<(?:\w+:)?si[\s>/]")


def check_workbook(path: Path) -> None:
    """Raises DomainError for a workbook that is damaged, holds macros, is another kind of archive, or would
    need more memory than a table should."""
    _check_directory(path)
    try:
        with ZipFile(path) as archive:
            parts = archive.infolist()
            _check_parts({part.filename.lower() for part in parts})
            for part in parts:
                if PARTS.match(part.filename):
                    _check_part(archive, part)
    except (BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, struct.error) as error:
        raise _damaged() from error


def sheet_names(path: Path) -> list[str]:
    """The sheets with cells; those that nobody sees come last."""
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    sheets = [sheet for sheet in _opened(path).sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    return [sheet.name for sheet in sorted(sheets, key=lambda sheet: sheet.visible != SheetVisibleEnum.Visible)]


def rows_of(path: Path, sheet: str) -> Iterator[list[str]]:
    """The rows of a sheet from its row 1 on, as texts."""
    from python_calamine import CalamineError

    try:
        for row in _opened(path).get_sheet_by_name(sheet).iter_rows():
            yield [_cell(value) for value in row]
    except CalamineError as error:
        raise _damaged() from error


def _opened(path: Path) -> Any:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        if path.suffix.lower() not in OTHER_KINDS:
            return CalamineWorkbook.from_path(str(path))
        # The reader believes the name of a file.
        with TemporaryDirectory() as folder:
            (link := Path(folder) / "workbook.xlsx").symlink_to(path.resolve())
            return CalamineWorkbook.from_path(str(link))
    except (CalamineError, OSError) as error:
        raise _damaged() from error


def _check_directory(path: Path) -> None:
    """The archive's own directory is read whole by whoever opens it: its length is looked up first."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - 66_000))
        end = file.read()
    at = end.rfind(b"PK\x05\x06")
    if at < 0 or len(end) < at + 22:
        raise _damaged()
    count, length = struct.unpack("<HI", end[at + 10 : at + 16])
    if count > MOST_PARTS or length > 4 << 20:
        raise _too_much()


def _check_parts(names: set[str]) -> None:
    if "xl/workbook.bin" in names:
        raise no_table(_("a binary workbook (.xlsb); save it as .xlsx"))
    if any(name.endswith(("vbaproject.bin", "vbadata.xml")) for name in names):
        sentence = _("The workbook holds macros. Save it as .xlsx, without macros, and load it again.")
        raise DomainError("macros", sentence)
    if "xl/workbook.xml" not in names:
        office = "mimetype" in names or "[content_types].xml" in names
        raise no_table(_("a document of another kind; save its table as .xlsx") if office else _("a packed file (zip)"))


def _check_part(archive: ZipFile, part: ZipInfo) -> None:
    """One part, unpacked as a stream, whatever the directory says of its size."""
    name = part.filename.lower()
    sheet = "worksheets" in name
    most = MOST_SHEET_BYTES if sheet else MOST_TEXT_BYTES
    if part.file_size > most:
        raise _too_much()
    part.file_size = most + 1
    seen = _Extent()
    with archive.open(part) as stream:
        size, rest = 0, b""
        while block := stream.read(BLOCK):
            size += len(block)
            rest = seen.look(rest + block, sheet)
            if size > most or seen.too_much():
                raise _too_much()


class _Extent:
    """How far the cells of a sheet reach, and how many texts there are."""

    def __init__(self) -> None:
        self.texts = self.cells = self.last_row = self.last_column = 0

    def look(self, block: bytes, sheet: bool) -> bytes:
        """Count what is in `block`; what it ends in the middle of is handed back."""
        if not sheet:
            self.texts += len(TEXT.findall(block))
            return b""
        end = block.rfind(b"<")
        for cell in CELL.findall(block[:end]):
            # An empty cell that is only formatted costs nothing.
            if not cell.endswith(b"/>"):
                self.cells += 1
                if place := PLACE.search(cell):
                    self.last_row = max(self.last_row, int(place[2]))
                    self.last_column = max(self.last_column, _column(place[1]))
        return block[end:] if end >= 0 and len(block) - end < 4096 else b""

    def too_much(self) -> bool:
        area = max(self.cells, self.last_row * self.last_column)
        return area > MOST_CELLS or self.texts > MOST_TEXTS or self.last_column > MOST_COLUMNS


def _column(letters: bytes) -> int:
    """A is 1, Z is 26, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _cell(value: Any) -> str:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return str(value).upper()
    # A spreadsheet keeps whole numbers as 12.0.
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime) and value.time() == time.min:
        return value.date().isoformat()
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value).strip()


def _damaged() -> DomainError:
    return DomainError("damaged", _("The workbook is damaged or not complete. Save it again and load that file."))


def _too_much() -> DomainError:
    sentence = _("The workbook asks for more memory than a table needs. Save the sheet as CSV and load that file.")
    return DomainError("too_large", sentence)
