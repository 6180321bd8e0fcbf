"""Reading tabular files: CSV and TSV in the usual encodings, and XLSX.

`sniff` says how a file is to be read, `read_table` reads it so. Both refuse with a sentence.
"""

from common.tables.layout import DELIMITERS, ENCODINGS, Layout
from common.tables.reading import read_table
from common.tables.sniffing import sniff

__all__ = ["DELIMITERS", "ENCODINGS", "Layout", "read_table", "sniff"]
