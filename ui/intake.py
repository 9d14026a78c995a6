"""What comes in from outside: files, pictures dragged from a browser, the clipboard."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, unquote_to_bytes, urlsplit

from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QImage

from tryon.config import MAX_FILE_BYTES
from tryon.errors import PhotoError
from tryon.text import _
from ui.images import picture_of, png_of

if TYPE_CHECKING:
    from tryon.image import Photo

__all__ = [
    "FURNITURE_MIME",
    "MESH_ENDINGS",
    "PICTURE_ENDINGS",
    "PROJECT_ENDING",
    "Arrival",
    "could_hold",
    "host_of",
    "picture_filter",
    "read_arrival",
    "take",
]

FURNITURE_MIME = "application/x-tryon-furniture"
"""A piece dragged from the palette: its name, UTF-8."""

MESH_ENDINGS = (".glb", ".gltf", ".obj", ".ply", ".stl", ".dae", ".zip", ".sh3f")
PICTURE_ENDINGS = (".jpg", ".jpeg", ".png", ".webp", ".avif", ".heic", ".heif", ".tif", ".tiff", ".bmp", ".gif")

PROJECT_ENDING = ".tryon"

_LONGEST_ADDRESS = 4000
_GNOME_FILES = "x-special/gnome-copied-files"
_IMAGE_TYPES = ("image/png", "image/jpeg", "image/webp", "image/avif", "image/bmp", "image/tiff")


@dataclass(frozen=True)
class Arrival:
    """One thing that was dropped, pasted or opened: the bytes of a picture, the path of a mesh, or the https address of a picture."""

    name: str
    path: Path | None = None
    data: bytes | None = None
    address: str = ""

    @property
    def is_mesh(self) -> bool:
        """Whether it is a furniture file."""
        return self.path is not None and self.path.suffix.lower() in MESH_ENDINGS

    @property
    def is_project(self) -> bool:
        """Whether it is a project file."""
        return self.path is not None and self.path.suffix.lower() == PROJECT_ENDING


def could_hold(mime: QMimeData) -> bool:
    """Whether there may be something in it for us; cheap, for the moment when it hovers over the window."""
    return mime.hasUrls() or mime.hasImage() or mime.hasHtml() or mime.hasFormat(_GNOME_FILES) or mime.hasText()


def take(mime: QMimeData | None) -> list[Arrival]:
    """What was dropped or pasted, bytes read now: the file may be gone a moment later.

    In this order: local files, image data, a data: address, the picture of an HTML fragment; where there is only the address of a
    picture on the web, that, and nothing is fetched before the user says yes (`Desk.with_fetched`). Raises PhotoError in words.
    """
    if mime is None:  # an empty clipboard, on some systems
        raise PhotoError(_("there is no picture in it"), advice=_("copy a picture, or drop a picture file"))
    paths = _local_files(mime)
    if paths:
        return [_file(path) for path in paths]
    for kind in _IMAGE_TYPES:
        if mime.hasFormat(kind):
            return [Arrival(_("picture from the clipboard"), data=bytes(mime.data(kind).data()))]
    if mime.hasImage():
        image = mime.imageData()
        if isinstance(image, QImage) and not image.isNull():
            return [Arrival(_("picture from the clipboard"), data=png_of(image))]
    addresses = []
    if mime.hasHtml():  # first: what is dragged out of a page is often a link around the picture
        found = re.findall(r"""<img[^>]+src\s*=\s*["']([^"']+)["']""", mime.html()[:2_000_000], flags=re.IGNORECASE)
        addresses += [unescape(address) for address in found]
    addresses += [url.toString() for url in mime.urls()]
    if mime.hasText():
        addresses.append(mime.text().strip()[:20_000_000])
    for address in addresses:
        if address.startswith("data:image/"):
            return [Arrival(_("picture from the clipboard"), data=_data_address(address))]
    for address in addresses:
        if address.startswith("file:"):
            return [_file(Path(QUrl(address).toLocalFile()))]
    for address in addresses:
        if address.startswith(("https:", "http:")) and len(address) < _LONGEST_ADDRESS and not re.search(r"\s", address):
            name = urlsplit(address).path.rpartition("/")[2][:80] or address[:80]
            return [Arrival(name, address="https:" + address.partition(":")[2])]
    raise PhotoError(_("there is no picture in it"), advice=_("copy a picture, or drop a picture file"))


def host_of(address: str) -> str:
    """The name of the site that an address leads to."""
    try:
        return urlsplit(address).hostname or address[:60]
    except ValueError:
        return address[:60]


def read_arrival(arrival: Arrival) -> Photo:
    """Decode a picture; slow, so for a loading thread. Raises PhotoError."""
    from tryon.image import load_photo, photo_from_bytes

    if arrival.data is None:
        assert arrival.path is not None
        photo = load_photo(arrival.path)
    else:
        photo = photo_from_bytes(arrival.data, name=arrival.name, path=arrival.path)
    picture_of(photo, photo.rgb)  # made here, in the loading thread: the window then finds it ready
    return photo


def picture_filter() -> str:
    """The file types of the open dialog."""
    pictures = " ".join(f"*{ending}" for ending in PICTURE_ENDINGS)
    return _("Pictures ({endings})").format(endings=pictures) + ";;" + _("All files (*)")


def _file(path: Path) -> Arrival:
    if path.suffix.lower() in (*MESH_ENDINGS, PROJECT_ENDING):
        return Arrival(path.name, path=path)
    data = None
    try:
        if 0 < path.stat().st_size <= MAX_FILE_BYTES and path.is_file():
            data = path.read_bytes()
    except OSError:
        pass  # loading it says what is wrong, in words
    return Arrival(path.name, path=path, data=data)


def _local_files(mime: QMimeData) -> list[Path]:
    urls = list(mime.urls())
    if not urls and mime.hasFormat(_GNOME_FILES):
        # Qt does not read what GNOME's file manager copies: "copy\nfile:///..." (D5)
        lines = bytes(mime.data(_GNOME_FILES).data()).decode("utf-8", "replace").splitlines()
        urls = [QUrl(line.strip()) for line in lines if line.startswith("file:")]
    return [Path(unquote(url.path()) if not url.toLocalFile() else url.toLocalFile()) for url in urls if url.isLocalFile()]


def _data_address(address: str) -> bytes:
    head, _comma, body = address.partition(",")
    try:
        return base64.b64decode(unquote(body)) if head.endswith(";base64") else unquote_to_bytes(body)
    except (binascii.Error, ValueError):
        raise PhotoError(_("the picture in it is damaged"), advice=_("save the picture, then drop the file here")) from None
