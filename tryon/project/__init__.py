"""One document: everything that is open in the window, saved as one `.tryon` file or kept as a journal while it is worked on."""

from __future__ import annotations

from tryon.project.document import KINDS, QUALITIES, Cloth, Look, Piece, Project, Scale
from tryon.project.store import ENDING, open_journal, open_project, preview_of, save_project, write_journal

__all__ = [
    "ENDING",
    "KINDS",
    "QUALITIES",
    "Cloth",
    "Look",
    "Piece",
    "Project",
    "Scale",
    "open_journal",
    "open_project",
    "preview_of",
    "save_project",
    "write_journal",
]
