"""The pages of this room, a module per step."""

from imports.views.list import import_list
from imports.views.prepare import answers, loads, mappings, removals
from imports.views.result import import_page, progress, refused, stops, undoings

__all__ = [
    "answers", "import_list", "import_page", "loads", "mappings", "progress", "refused", "removals", "stops",
    "undoings",
]  # fmt: skip
