"""The program in the desktop's menu: an entry, an icon, and .tryon files that open by a double click (freedesktop.org, Linux)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tryon.config import assets_dir
from tryon.image import write_file
from tryon.text import _

__all__ = ["MIME_TYPE", "install", "remove"]

MIME_TYPE = "application/x-tryon-studio"
_PICTURES = ("image/jpeg", "image/png", "image/webp", "image/avif", "image/heif", "image/tiff", "image/bmp")
_MESHES = ("model/gltf-binary", "model/gltf+json", "model/obj", "model/stl")
_COMMENT = "Try clothes on your own photo, and furniture in a photo of your room"

_ENTRY = """[Desktop Entry]
Type=Application
Version=1.5
Name=TryOn Studio
Name[zh_CN]=TryOn Studio 试穿与布置
GenericName=Virtual try-on
GenericName[zh_CN]=虚拟试穿
Comment={comment}
Comment[zh_CN]=在自己的照片上试穿衣服，在房间照片里摆放家具
Exec={command} %F
Icon=tryon-studio
Terminal=false
Categories=Graphics;2DGraphics;Photography;
Keywords=clothes;furniture;photo;try on;试穿;家具;
MimeType={kinds};
StartupNotify=true
StartupWMClass=tryon-studio
"""

_KIND = f"""<?xml version="1.0" encoding="UTF-8"?>
<mime-info xmlns="http://www.freedesktop.org/standards/shared-mime-info">
  <mime-type type="{MIME_TYPE}">
    <comment>TryOn Studio project</comment>
    <comment xml:lang="zh_CN">TryOn Studio 项目</comment>
    <sub-class-of type="application/zip"/>
    <generic-icon name="tryon-studio"/>
    <glob pattern="*.tryon" weight="60"/>
  </mime-type>
</mime-info>
"""


def install() -> list[Path]:
    """Put the program into this user's menu; the files that were written. Raises OutputError."""
    entry, icon, kind = _places()
    command = " ".join(_quoted(word) for word in _command())
    words = _ENTRY.format(comment=_COMMENT, command=command, kinds=";".join((MIME_TYPE, *_PICTURES, *_MESHES)))
    for path, data in ((entry, words.encode()), (icon, (assets_dir() / "icons" / "tryon.svg").read_bytes()), (kind, _KIND.encode())):
        _make(path.parent)
        write_file(path, data)
    _tell_desktop()
    return [entry, icon, kind]


def remove() -> list[Path]:
    """Take it out again; the files that went."""
    gone = [path for path in _places() if path.exists()]
    for path in gone:
        path.unlink()
    _tell_desktop()
    return gone


def _places() -> tuple[Path, Path, Path]:
    """Menu entry, icon, file type: where this user's desktop looks for them."""
    share = _share()
    icon = share / "icons" / "hicolor" / "scalable" / "apps" / "tryon-studio.svg"
    return share / "applications" / "tryon-studio.desktop", icon, share / "mime" / "packages" / "tryon-studio.xml"


def _share() -> Path:
    named = os.environ.get("XDG_DATA_HOME", "")
    return Path(named) if os.path.isabs(named) else Path.home() / ".local" / "share"


def _command() -> list[str]:
    """What starts the window: the installed command where there is one, else this very Python."""
    if getattr(sys, "frozen", False):
        return [str(Path(sys.executable).with_name("tryon-studio"))]
    for command in (Path(sys.executable).with_name("tryon"), Path(shutil.which("tryon") or "")):
        if command.is_file():
            return [str(command), "app"]
    return [sys.executable, "-m", "tryon", "app"]


def _quoted(word: str) -> str:
    """A word of an Exec line (Desktop Entry Specification 1.5, "The Exec key")."""
    if not any(letter in word for letter in " \t\n\"'\\><~|&;$*?#()`%"):
        return word
    for letter in ("\\", '"', "`", "$"):
        word = word.replace(letter, f"\\{letter}")
    return '"' + word.replace("\\", "\\\\").replace("%", "%%") + '"'


def _make(folder: Path) -> None:
    from tryon.errors import OutputError

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = _("this folder cannot be made ({detail})").format(detail=error.strerror)
        raise OutputError(reason, subject=folder) from None


def _tell_desktop() -> None:
    """Let the desktop read its lists again, where it has the commands for that."""
    share = _share()
    for command, folder in (("update-mime-database", share / "mime"), ("update-desktop-database", share / "applications")):
        if shutil.which(command) and folder.is_dir():
            subprocess.run([command, str(folder)], check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60)
