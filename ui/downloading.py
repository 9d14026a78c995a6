"""A model's weights from the web, after the user has said yes: stopped and gone on with at will, checked against its card at the end.

For a thread of its own. What has come lies in FILE.part, and only a whole file whose checksum is right gets its name.
"""

from __future__ import annotations

import hashlib
import http.client
import shutil
import socket
import ssl
import threading
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING
from urllib.parse import urljoin

from tryon.errors import Canceled, ModelError, PhotoError
from tryon.text import _
from ui.fetching import HOPS, ask_site, parts_of, short_words

if TYPE_CHECKING:
    from ui.shelf import Shelved

__all__ = ["Download", "part_of"]

_PATIENCE_S = 20.0  # without a byte
_PIECE = 256 * 1024
_SPARE_BYTES = 64 * 2**20


def part_of(file: Path) -> Path:
    """Where what has come so far lies."""
    return file.with_name(f"{file.name}.part")


class Download:
    """One file on its way. `run` brings it, `stop` ends that from another thread and keeps what has come."""

    def __init__(self, entry: Shelved) -> None:
        self._entry = entry
        self.here = entry.here
        """Bytes that have come."""
        self._stopped = threading.Event()
        self._socket: socket.socket | None = None

    def stop(self) -> None:
        """Stop at once; safe from any thread."""
        self._stopped.set()
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

    def run(self) -> Path:
        """Bring what is missing; the whole file. Raises ModelError with file, size, checksum and what to do, Canceled when stopped."""
        entry, part = self._entry, part_of(self._entry.file)
        try:
            entry.file.parent.mkdir(parents=True, exist_ok=True)
            have = part.stat().st_size if part.exists() else 0
            if have > entry.size:
                have = 0
            self.here = have
            free = shutil.disk_usage(entry.file.parent).free
            if free < entry.size - have + _SPARE_BYTES:
                reason = _("there is not enough room: {need} MB are missing").format(need=-(-(entry.size - have - free) // 2**20) + 64)
                raise ModelError(reason, subject=entry.file, advice=_("free some space"))
            if have < entry.size:
                self._bring(part, have)
            self._check(part)
            part.replace(entry.file)
        except TimeoutError:
            raise self._failed(_("the site no longer answers")) from None
        except ssl.SSLError:
            raise self._failed(_("the site's certificate is not in order")) from None
        except PhotoError as error:
            raise self._failed(f"{error.subject}: {error.reason}") from None
        except (OSError, http.client.HTTPException) as error:
            if self._stopped.is_set():
                raise Canceled(_("canceled")) from None
            raise self._failed(short_words(error)) from None
        return entry.file

    def _hold(self, held: socket.socket) -> None:
        self._socket = held
        if self._stopped.is_set():
            raise Canceled(_("canceled"))

    def _bring(self, part: Path, have: int) -> None:
        where = self._entry.url
        for _hop in range(HOPS):
            host, port, path = parts_of(where)
            wanted = {"Range": f"bytes={have}-"} if have else {}
            answer, connection = ask_site(host, port, path, _PATIENCE_S, self._hold, Accept="*/*", **wanted)
            try:
                if answer.status in (301, 302, 303, 307, 308) and answer.getheader("Location"):
                    where = urljoin(where, str(answer.getheader("Location")))
                    continue
                if answer.status not in (200, 206):
                    raise self._failed(_("the site does not give the file (answer {status})").format(status=answer.status))
                going_on = answer.status == 206 and (answer.getheader("Content-Range") or "").startswith(f"bytes {have}-")
                with part.open("ab" if going_on else "wb") as file:
                    self._write(answer, file, have if going_on else 0)
                return
            finally:
                self._socket = None
                connection.close()
        raise self._failed(_("the site sends from one address to the next without an end"))

    def _write(self, answer: http.client.HTTPResponse, file: IO[bytes], have: int) -> None:
        while piece := answer.read1(_PIECE):
            have += len(piece)
            if have > self._entry.size:
                raise self._failed(_("the site sends more than the card says"))
            file.write(piece)
            self.here = have
            if self._stopped.is_set():
                raise Canceled(_("canceled"))
        if self._stopped.is_set():
            raise Canceled(_("canceled"))
        if have < self._entry.size:
            raise self._failed(_("the connection ended early"))

    def _check(self, part: Path) -> None:
        with part.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != self._entry.sha256:
            part.unlink()
            self.here = 0
            raise self._failed(_("what came is not what the card describes (sha256 {found})").format(found=found[:12]))

    def _failed(self, reason: str) -> ModelError:
        entry = self._entry
        advice = _("try again: it goes on where it stopped; or put the file ({size} bytes, sha256 {sum}) into {folder} by hand").format(
            size=entry.size, sum=entry.sha256, folder=entry.file.parent
        )
        return ModelError(reason, subject=entry.file, advice=advice)
