"""A picture from the web: only after a yes, only from where it may come, every failure in words."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Opener
from tests.ui.events import drop
from tests.ui.test_tryon_page import WAIT
from tryon.errors import PhotoError
from ui import fetching
from ui.fetching import fetch_picture
from ui.intake import take

Serve = Callable[..., list[bytes]]


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """A site that gives these answers, one a connection, and keeps what it was asked."""
    threads: list[threading.Thread] = []

    def start(*answers: bytes | Callable[[socket.socket], None]) -> list[bytes]:
        left, asked = list(answers), []

        def connect(host: str, port: int, seconds: float) -> socket.socket:
            fetching._public(host, port)
            ours, theirs = socket.socketpair()
            ours.settimeout(seconds)
            answer = left.pop(0)

            def work() -> None:
                with theirs:
                    asked.append(f"{host}:{port} ".encode() + theirs.recv(65536))
                    if callable(answer):
                        answer(theirs)
                    else:
                        theirs.sendall(answer)

            threads.append(threading.Thread(target=work))
            threads[-1].start()
            return ours

        monkeypatch.setattr(fetching, "_connect", connect)
        return asked

    monkeypatch.setattr(socket, "getaddrinfo", lambda host, port, **_more: [(2, 1, 6, "", ("93.184.216.34", port))])
    yield start
    for thread in threads:
        thread.join(5)


def answered(body: bytes, status: str = "200 OK", kind: str = "image/png", **headers: str) -> bytes:
    more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in {"Content_Length": str(len(body)), **headers}.items())
    return f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n{more}\r\n".encode() + body


def test_a_picture_comes_with_its_name_and_nothing_is_told_but_what_is_wanted(serve: Serve) -> None:
    asked = serve(answered(b"", "302 Found", Location="/new/sh%C3%B6n.png?w=9"), answered(b"bytes"))
    arrival = fetch_picture("https://shop.example/a.png")
    assert arrival.data == b"bytes" and arrival.name == "shön.png" and arrival.path is None
    first, second = (words.decode().lower() for words in asked)
    assert first.startswith("shop.example:443 get /a.png http/1.1") and "get /new/sh%c3%b6n.png?w=9" in second
    assert "cookie" not in first + second and "referer" not in first + second and "host: shop.example" in second


@pytest.mark.parametrize(("address", "words"), [
    ("http://shop.example/a.png", "only https addresses are fetched"),
    ("ftp://shop.example/a.png", "only https addresses are fetched"),
    ("https:///a.png", "only https addresses are fetched"),
    ("https://me:secret@shop.example/a.png", "a password in it"),
    ("https://shop.example:99999/a.png", "no address of a picture"),
    ("https://[::1/a.png", "no address of a picture"),
])  # fmt: skip
def test_addresses_that_are_not_fetched(serve: Serve, address: str, words: str) -> None:
    serve()
    with pytest.raises(PhotoError, match=words) as caught:
        fetch_picture(address)
    assert "save the picture in the browser" in str(caught.value) and "secret" not in str(caught.value)


@pytest.mark.parametrize("place", [
    "127.0.0.1", "10.1.2.3", "192.168.1.1", "172.16.0.9", "169.254.169.254", "0.0.0.0", "100.64.0.1", "::1", "fe80::1%eth0", "fd00::1",
    "::ffff:127.0.0.1", "224.0.0.1", "2002:7f00:1::",
])  # fmt: skip
def test_nobody_in_the_home_network_is_asked(serve: Serve, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    asked = serve(answered(b"secret"))
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, port, **_more: [(2, 1, 6, "", ("8.8.8.8", port)), (2, 1, 6, "", (place, port))])
    with pytest.raises(PhotoError, match="not on the public internet"):
        fetch_picture("https://router.example/a.png")
    assert not asked


def test_a_site_cannot_send_us_into_the_home_network(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    serve(answered(b"", "301 Moved", Location="https://inside.example/a.png"), answered(b"secret"))
    places = {"shop.example": "93.184.216.34", "inside.example": "192.168.0.1"}
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, port, **_more: [(2, 1, 6, "", (places[host], port))])
    with pytest.raises(PhotoError, match=r"inside\.example: it is not on the public internet"):
        fetch_picture("https://shop.example/a.png")


def test_answers_that_are_no_picture(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "_MOST_BYTES", 1000)
    endless = [answered(b"", "302 Found", Location="https://shop.example/again")] * 9
    cases: list[tuple[str, tuple[bytes, ...]]] = [
        ("answer 404", (answered(b"gone", "404 Not Found"),)),
        ("a page, not of a picture", (answered(b"<html>", kind="text/html; charset=utf-8"),)),
        ("more than 0 MB", (answered(b"", Content_Length="999999999"),)),
        ("more than 0 MB", (b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n" + b"x" * 5000,)),
        ("did not come whole", (answered(b"x" * 10, Content_Length="500"),)),
        ("did not come whole", (answered(b""),)),
        ("the connection failed", (b"nonsense\r\n\r\n",)),
        ("only https addresses", (answered(b"", "302 Found", Location="http://shop.example/a"),)),
        ("from one address to the next", tuple(endless)),
    ]
    for words, answers in cases:
        serve(*answers)
        with pytest.raises(PhotoError, match=words):
            fetch_picture("https://shop.example/a.png")


def test_a_slow_site_is_left(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "_PATIENCE_S", 0.3)
    serve(lambda _peer: time.sleep(0.8))
    start = time.monotonic()
    with pytest.raises(PhotoError, match="did not answer in time"):
        fetch_picture("https://slow.example/a.png")
    assert time.monotonic() - start < 2

    def drip(peer: socket.socket) -> None:
        peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n")
        for _byte in range(30):
            try:
                peer.sendall(b"x")
            except OSError:
                return
            time.sleep(0.05)

    monkeypatch.setattr(fetching, "_SECONDS", 0.4)
    serve(drip)
    with pytest.raises(PhotoError, match="did not answer in time"):
        fetch_picture("https://slow.example/a.png")


def test_no_connection_and_a_false_certificate_are_told(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object, **_more: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    def false(host: str, port: int, seconds: float) -> None:
        raise ssl.SSLCertVerificationError("self-signed certificate")

    monkeypatch.setattr(fetching, "_connect", false)
    with pytest.raises(PhotoError, match="certificate is not in order"):
        fetch_picture("https://shop.example/a.png")
    serve()
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    with pytest.raises(PhotoError, match="no such site, or no connection"):
        fetch_picture("https://shop.example/a.png")


def browser(page: str, html: str = "") -> QMimeData:
    """What a browser drags: an address, and the piece of the page."""
    mime = QMimeData()
    mime.setUrls([QUrl(page)])
    if html:
        mime.setHtml(html)
    return mime


def test_the_picture_of_a_link_is_meant_not_the_page() -> None:
    (arrival,) = take(browser("https://shop.example/item/7", '<a href="/item/7"><img alt="x" src="http://cdn.example/a.jpg?w=1&amp;h=2"></a>'))
    assert arrival.address == "https://cdn.example/a.jpg?w=1&h=2" and arrival.name == "a.jpg" and arrival.data is None
    mime = QMimeData()
    mime.setText("see https://shop.example/a.jpg")
    with pytest.raises(PhotoError, match="there is no picture in it"):
        take(mime)


def test_nothing_is_fetched_before_a_yes(
    qtbot: QtBot, open_window: Opener, serve: Serve, pictures: dict[str, Path]
) -> None:
    asked = serve(answered(pictures["person"].read_bytes()), answered(b"", "404 Not Found"))
    window = open_window()
    drop(window.tryon.zones["person"], browser("https://photos.example/me.png"))
    assert "Fetch the picture from photos.example?" in window.notice.text and len(window.notice.buttons) == 2
    qtbot.wait(50)
    assert not asked
    qtbot.mouseClick(window.notice.buttons[1], Qt.MouseButton.LeftButton)
    assert not window.notice.text and not asked, "no is no"
    drop(window.tryon.zones["person"], browser("https://photos.example/me.png"))
    qtbot.mouseClick(window.notice.buttons[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.desk.session.project.person is not None, timeout=WAIT)
    person = window.desk.session.project.person
    assert person is not None and person.name == "me.png" and len(asked) == 1
    drop(window, browser("https://photos.example/you.png"))
    qtbot.mouseClick(window.notice.buttons[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "answer 404" in window.notice.text, timeout=WAIT)
    assert window.desk.session.project.person is person
