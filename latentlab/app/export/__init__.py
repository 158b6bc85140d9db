"""Everything that leaves latentlab as a file: pictures, films, tables, arrays.

Written whole or not at all, and never over something else unless told to.
"""

from __future__ import annotations

from latentlab.app.export.metadata import read_recipe
from latentlab.app.export.output import Cancel, ExportCancelledError, Progress, next_free_name
from latentlab.app.export.pictures import MOST_PIXELS, save_picture, save_sheet
from latentlab.app.export.render import Decode, Frames, frames_of, picture_of
from latentlab.app.export.saving import ENDINGS, save_recipe_file
from latentlab.app.export.tables import save_arrays, save_npz, save_table

__all__ = [
    "ENDINGS",
    "MOST_PIXELS",
    "Cancel",
    "Decode",
    "ExportCancelledError",
    "Frames",
    "Progress",
    "frames_of",
    "next_free_name",
    "picture_of",
    "read_recipe",
    "save_arrays",
    "save_npz",
    "save_picture",
    "save_recipe_file",
    "save_sheet",
    "save_table",
]
