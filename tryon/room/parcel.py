"""The files that belong to a mesh: those in its own folder or its own zip, and none elsewhere."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from tryon.errors import MeshError
from tryon.text import _

__all__ = ["MESH_ENDINGS", "Parcel", "ZipParcel"]

MESH_ENDINGS = (".glb", ".gltf", ".obj", ".ply", ".stl")
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
            if not self.main.lower().endswith(".obj"):
                self.outside.append(name)
                raise FileNotFoundError(name)
            relative = PurePosixPath(relative.name)  # OBJ files are full of their maker's own paths: look beside the mesh instead
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

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(path.read_bytes()))
            members = [info for info in self._zip.infolist() if not info.is_dir()]
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
            raise MeshError(_("the zip file is damaged"), subject=path, advice=_("copy or download it again")) from None
        if len(members) > _MAX_MEMBERS or sum(info.file_size for info in members) > _MAX_UNPACKED_BYTES:
            reason = _("the zip file unpacks to more than {limit} MB").format(limit=_MAX_UNPACKED_BYTES // 2**20)
            raise MeshError(reason, subject=path, advice=_("pack only the piece and its textures"))
        self._members = {info.filename.replace("\\", "/"): info for info in members}
        meshes = [info for info in members if info.filename.lower().endswith(MESH_ENDINGS) and not info.filename.startswith("__MACOSX")]
        if not meshes:
            raise MeshError(_("there is no mesh in this zip file"), subject=path, advice=_("put a GLB, glTF, OBJ, PLY or STL file into it"))
        self.main = max(meshes, key=lambda info: info.file_size).filename.replace("\\", "/")
        self._base = PurePosixPath(self.main).parent

    def _read(self, name: str) -> bytes | None:
        for candidate in (name, (self._base / name).as_posix()):
            info = self._members.get(candidate) or next((i for n, i in self._members.items() if n.lower() == candidate.lower()), None)
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
