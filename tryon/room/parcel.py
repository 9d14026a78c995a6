"""The files that belong to a mesh: those in its own folder or its own zip, and none elsewhere."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from tryon.errors import MeshError
from tryon.text import _

__all__ = ["MESH_ENDINGS", "Parcel", "ZipParcel"]

MESH_ENDINGS = (".glb", ".gltf", ".obj", ".ply", ".stl", ".dae")
_MAX_UNPACKED_BYTES = 400 * 2**20
_MAX_MEMBERS = 2_000


class Parcel:
    """The files beside a mesh, and none elsewhere: what the reader is given in place of the file system."""

    def __init__(self, path: Path) -> None:
        self.root = path.parent.resolve()
        self.main = path.name  # the mesh itself
        self.missing: list[str] = []
        self.outside: list[str] = []
        self._budget = _MAX_UNPACKED_BYTES

    def get(self, key: str) -> bytes:
        """Bytes of a file that the mesh refers to. Raises FileNotFoundError; `outside` and `missing` remember why."""
        name = unquote(str(key)).replace("\\", "/").strip()
        relative = PurePosixPath(name)
        if "://" in name or relative.is_absolute() or ".." in relative.parts or name[1:2] == ":":
            if not self.main.lower().endswith((".obj", ".dae")) or "http" in name[:5].lower():
                self.outside.append(name)
                raise FileNotFoundError(name)
            relative = PurePosixPath(relative.name)  # these files are full of their maker's own paths: look beside the mesh instead
            name = relative.name
        data = self._read(relative.as_posix())
        if data is None:
            if name not in self.missing:
                self.missing.append(name)
            raise FileNotFoundError(name)
        return data

    def _read(self, name: str) -> bytes | None:
        path = (self.root / name).resolve()
        if not path.is_relative_to(self.root):
            self.outside.append(name)
            return None
        if not path.is_file() or path.stat().st_size > self._budget:
            return None
        self._budget -= path.stat().st_size
        return path.read_bytes()

    def __getitem__(self, key: str) -> bytes:
        return self.get(key)

    def __contains__(self, key: str) -> bool:
        return key in self.keys()

    def keys(self) -> list[str]:
        """Names that lie beside the mesh."""
        return [entry.name for entry in self.root.iterdir()]


class ZipParcel(Parcel):
    """The files inside a zip, read in memory: nothing is unpacked to the disk, so nothing can escape."""

    def __init__(self, path: Path, main: str = "") -> None:
        """path: the zip. main: the mesh to read, else its largest one. Raises MeshError."""
        super().__init__(path)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(path.read_bytes()) if not main else path)
            members = [info for info in self._zip.infolist() if not info.is_dir()]
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
            raise MeshError(_("the zip file is damaged"), subject=path, advice=_("copy or download it again")) from None
        if not main and (len(members) > _MAX_MEMBERS or sum(info.file_size for info in members) > _MAX_UNPACKED_BYTES):
            reason = _("the zip file unpacks to more than {limit} MB").format(limit=_MAX_UNPACKED_BYTES // 2**20)
            raise MeshError(reason, subject=path, advice=_("pack only the piece and its textures"))
        self._members = {info.filename.replace("\\", "/"): info for info in members}
        self._folded = {name.lower(): info for name, info in self._members.items()}
        meshes = [info for info in members if info.filename.lower().endswith(MESH_ENDINGS) and not info.filename.startswith("__MACOSX")]
        if not meshes or (main and main not in self._members):
            advice = _("put a GLB, glTF, OBJ, PLY, STL or DAE file into it")
            raise MeshError(_("there is no mesh in this zip file"), subject=path, advice=advice)
        self.main = main or max(meshes, key=_likeliest).filename.replace("\\", "/")
        self._base = PurePosixPath(self.main).parent

    def _read(self, name: str) -> bytes | None:
        for candidate in (name, (self._base / name).as_posix()):
            info = self._members.get(candidate) or self._folded.get(candidate.lower())
            if info is None:
                continue
            try:
                with self._zip.open(info) as stream:
                    data = stream.read(self._budget + 1)  # the size in the directory may lie
            except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError, ValueError):
                return None
            if len(data) > self._budget:
                return None
            self._budget -= len(data)
            return data
        return None

    def keys(self) -> list[str]:
        """Names inside the zip."""
        return [*self._members, *(PurePosixPath(name).name for name in self._members)]


def _likeliest(info: zipfile.ZipInfo) -> tuple[bool, int]:
    """Of several meshes in a zip the one that carries materials, then the largest (a .gltf is small, its points lie beside it)."""
    name = info.filename.lower()
    return name.endswith((".gltf", ".glb", ".obj", ".dae")), 2**62 if name.endswith(".gltf") else info.file_size
