"""What can go wrong, as one clear sentence with the file, the reason and what to do.

    TryOnError
    |-- InputError            what was given cannot be used
    |   |-- PhotoError        a picture: not an image, damaged, too large, a kind we do not read
    |   |-- NoPersonError     a person photo without a person
    |   |-- GarmentError      a garment picture without a garment
    |   |-- MeshError         a furniture file: no faces, broken, outside references
    |   |-- PlacementError    a place that cannot be used: above the horizon, outside the photo
    |   |-- ProjectError      a .tryon file: not one, damaged, hostile, made by a newer version
    |   `-- OptionError       an option of a command or call with a value that cannot be used
    |-- OutputError           a file that cannot be written
    |-- ModelError            network weights that are missing, damaged or of the wrong kind
    |-- RenderError           no way to draw on this machine
    |-- WorkerError           the process that did the work died
    `-- Canceled              the user stopped the work; not a failure

The command line prints `str(error)` on one line and exits with status 2.
"""

from __future__ import annotations

import os

__all__ = [
    "Canceled",
    "GarmentError",
    "InputError",
    "MeshError",
    "ModelError",
    "NoPersonError",
    "OptionError",
    "OutputError",
    "PhotoError",
    "PlacementError",
    "ProjectError",
    "RenderError",
    "TryOnError",
    "WorkerError",
]


class TryOnError(Exception):
    """Something the user can understand and act on.

    reason: what is wrong, without a full stop. subject: the file or thing it is about. advice: what to do.
    """

    def __init__(self, reason: str, *, subject: str | os.PathLike[str] | None = None, advice: str = "") -> None:
        super().__init__(reason, subject, advice)
        self.reason = reason
        self.subject = None if subject is None else os.fspath(subject)
        self.advice = advice

    def __str__(self) -> str:
        text = f"{self.subject}: {self.reason}" if self.subject else self.reason
        if self.advice:
            text = f"{text}; {self.advice}"
        return " ".join(text.split())

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.reason, self.subject, self.advice)


def _rebuild(kind: type[TryOnError], reason: str, subject: str | None, advice: str) -> TryOnError:
    """Pickling support: errors travel from the worker process to the window whole."""
    return kind(reason, subject=subject, advice=advice)


class InputError(TryOnError):
    """What was given cannot be used."""


class PhotoError(InputError):
    """A picture file that cannot be read or is not acceptable."""


class NoPersonError(InputError):
    """A person photo in which no person was found."""


class GarmentError(InputError):
    """A garment picture in which no garment was found."""


class MeshError(InputError):
    """A furniture file that cannot be used."""


class PlacementError(InputError):
    """A place in the room photo where nothing can stand."""


class ProjectError(InputError):
    """A project file that cannot be opened."""


class OptionError(InputError):
    """An option with a value that cannot be used."""


class OutputError(TryOnError):
    """A result that cannot be written."""


class ModelError(TryOnError):
    """Network weights that are missing, damaged or of the wrong kind."""


class RenderError(TryOnError):
    """This machine offers no way to draw."""


class WorkerError(TryOnError):
    """The process that did the work died."""


class Canceled(TryOnError):  # noqa: N818 - not a failure
    """The user stopped the work."""

    def __init__(self, reason: str = "canceled", *, subject: str | os.PathLike[str] | None = None, advice: str = "") -> None:
        super().__init__(reason, subject=subject, advice=advice)
