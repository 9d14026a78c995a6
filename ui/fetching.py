"""A picture or a model from the web, after the user has said yes: over https alone, from public addresses alone, within limits.

For a loading thread. No cookies, no referrer, no proxy; the name is looked up once and that very address is used, so that what was
checked is what is asked. Every way in which it can fail is one sentence.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Callable
from pathlib import PurePosixPath
from urllib.parse import unquote, urljoin, urlsplit

from tryon.config import MAX_FILE_BYTES
from tryon.errors import PhotoError
from tryon.text import _
from ui.intake import Arrival, host_of

__all__ = ["HOPS", "ask_site", "fetch_picture", "parts_of", "short_words"]

_SECONDS = 30.0  # for all of it
_PATIENCE_S = 10.0  # for each answer
_MOST_BYTES = min(MAX_FILE_BYTES, 40 * 2**20)
HOPS = 4
_PIECE = 64 * 1024


def fetch_picture(address: str) -> Arrival:
    """The bytes behind an https address. Raises PhotoError with the site's name, the reason and what to do."""
    end = time.monotonic() + _SECONDS
    where = address
    for _hop in range(HOPS):
        host, port, path = parts_of(where)
        try:
            answer, connection = ask_site(host, port, path, min(_PATIENCE_S, end - time.monotonic()))
            try:
                if answer.status in (301, 302, 303, 307, 308) and answer.getheader("Location"):
                    where = urljoin(where, str(answer.getheader("Location")))
                    continue
                return Arrival(_name(path, host), data=_body(answer, host, end))
            finally:
                connection.close()
        except TimeoutError:
            raise _failed(host, _("it did not answer in time")) from None
        except ssl.SSLError:
            raise _failed(host, _("its certificate is not in order")) from None
        except (OSError, http.client.HTTPException) as error:
            raise _failed(host, _("the connection failed ({detail})").format(detail=short_words(error))) from None
    raise _failed(host_of(address), _("it sends from one address to the next without an end"))


def _failed(host: str, reason: str) -> PhotoError:
    return PhotoError(reason, subject=host, advice=_("save the picture in the browser, then drop the file here"))


def short_words(error: Exception) -> str:
    """What a failed connection says of itself."""
    return (getattr(error, "strerror", None) or str(error) or type(error).__name__)[:100]


def parts_of(address: str) -> tuple[str, int, str]:
    """Host, port and path with its question. Raises PhotoError for all but plain https."""
    try:
        split = urlsplit(address)
        host, port = split.hostname, split.port or 443
    except ValueError:
        raise _failed(address[:60], _("this is no address of a picture")) from None
    if split.scheme != "https" or not host:
        raise _failed(host or address[:60], _("only https addresses are fetched"))
    if split.username or split.password:
        raise _failed(host, _("an address with a password in it is not fetched"))
    path = split.path or "/"
    return host, port, path + (f"?{split.query}" if split.query else "")


def _public(host: str, port: int) -> str:
    """A public address of a site. Raises PhotoError where it has none: nobody in the home network is asked."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise _failed(host, _("there is no such site, or no connection to the internet")) from None
    addresses = [str(row[4][0]) for row in found]
    if not addresses or not all(_is_public(address) for address in addresses):
        raise _failed(host, _("it is not on the public internet"))
    return addresses[0]


def _is_public(address: str) -> bool:
    found = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(found, "ipv4_mapped", None) or getattr(found, "sixtofour", None)
    return found.is_global and not found.is_multicast and (inner is None or inner.is_global)


def _connect(host: str, port: int, seconds: float) -> socket.socket:
    """An encrypted connection to the address that was checked."""
    plain = socket.create_connection((_public(host, port), port), timeout=seconds)
    try:
        return ssl.create_default_context().wrap_socket(plain, server_hostname=host)
    except BaseException:
        plain.close()
        raise


def ask_site(
    host: str, port: int, path: str, seconds: float, held: Callable[[socket.socket], None] = lambda _socket: None, **wanted: str
) -> tuple[http.client.HTTPResponse, http.client.HTTPConnection]:
    """Ask a site for something. seconds: for each answer. held: is told the connection's socket. wanted: more headers.

    Raises TimeoutError, OSError, HTTPException, PhotoError.
    """
    if seconds <= 0:
        raise TimeoutError
    connection = http.client.HTTPConnection(host, port, timeout=seconds)
    connection.sock = _connect(host, port, seconds)
    held(connection.sock)
    try:
        path = path.encode("ascii", "ignore").decode() if path.isascii() else _ascii(path)
        connection.request("GET", path, headers={"Accept": "image/*", "User-Agent": "TryOnStudio", "Connection": "close", **wanted})
        return connection.getresponse(), connection
    except BaseException:
        connection.close()
        raise


def _ascii(path: str) -> str:
    from urllib.parse import quote

    return quote(path, safe="/?&=%:@!$'()*+,;~-._")


def _body(answer: http.client.HTTPResponse, host: str, end: float) -> bytes:
    """What was sent, within the limits."""
    if answer.status != 200:
        raise _failed(host, _("it does not give the picture (answer {status})").format(status=answer.status))
    kind = (answer.getheader("Content-Type") or "").partition(";")[0].strip().lower()
    if kind.startswith("text/") or kind in ("application/json", "application/xhtml+xml"):
        raise _failed(host, _("this is the address of a page, not of a picture"))
    most = _("a picture of more than {size} MB is not fetched").format(size=_MOST_BYTES // 2**20)
    told = answer.getheader("Content-Length") or ""
    if told.isdigit() and int(told) > _MOST_BYTES:
        raise _failed(host, most)
    pieces: list[bytes] = []
    size = 0
    while piece := answer.read1(_PIECE):
        size += len(piece)
        if size > _MOST_BYTES:
            raise _failed(host, most)
        if time.monotonic() > end:
            raise TimeoutError
        pieces.append(piece)
    if not size or (told.isdigit() and size < int(told)):
        raise _failed(host, _("the picture did not come whole"))
    return b"".join(pieces)


def _name(path: str, host: str) -> str:
    """What the picture is called: the last part of its address."""
    name = unquote(PurePosixPath(path.partition("?")[0]).name).strip()
    name = "".join(letter for letter in name if letter.isprintable() and letter not in "/\\")[:80]
    return name or host
