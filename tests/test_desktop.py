"""The menu entry, the icon and the file type, as the desktop reads them."""

from __future__ import annotations

import configparser
import shlex
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from tryon import desktop
from tryon.cli import main


def test_what_is_installed_says_what_opens_what_and_goes_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    assert main(["desktop", "--install"]) == 0
    entry, icon, kind = (Path(line) for line in capsys.readouterr().out.split())
    read = configparser.ConfigParser(interpolation=None, strict=True)
    read.optionxform = str  # type: ignore[assignment,method-assign]
    read.read(entry, encoding="utf-8")
    said = read["Desktop Entry"]
    assert said["Type"] == "Application" and said["Icon"] == icon.stem == "tryon-studio" and said["Name[zh_CN]"]
    assert entry.name == "tryon-studio.desktop", "the name that the window gives itself, so that its icon is found"
    command = shlex.split(said["Exec"])
    assert command[-1] == "%F" and Path(command[0]).is_file()
    kinds = said["MimeType"].rstrip(";").split(";")
    assert desktop.MIME_TYPE in kinds and "image/jpeg" in kinds and "model/gltf-binary" in kinds
    root = ET.parse(kind).getroot()
    space = {"mime": "http://www.freedesktop.org/standards/shared-mime-info"}
    assert [one.get("type") for one in root.findall("mime:mime-type", space)] == [desktop.MIME_TYPE]
    assert [one.get("pattern") for one in root.iterfind(".//mime:glob", space)] == ["*.tryon"]
    assert b"<svg" in icon.read_bytes()
    assert main(["desktop", "--remove"]) == 0
    assert not entry.exists() and not icon.exists() and not kind.exists()
    assert main(["desktop", "--remove"]) == 0, "twice is no fault"


@pytest.mark.parametrize("folder", ["a b", 'quo"te', "per%cent", "$dollar", "back\\slash"])
def test_a_program_in_an_odd_folder_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str) -> None:
    program = tmp_path / folder / "bin" / "tryon"
    program.parent.mkdir(parents=True)
    program.touch()
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    monkeypatch.setattr(sys, "executable", str(program.with_name("python")))
    line = next(line for line in desktop.install()[0].read_text(encoding="utf-8").splitlines() if line.startswith("Exec="))
    whole = line.removeprefix("Exec=").replace("\\\\", "\\").replace("%%", "%").replace("\\$", "$")  # a shell reads \$ so too
    words = shlex.split(whole)
    assert words == [str(program), "app", "%F"]


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "share").write_text("a file")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    assert main(["desktop", "--install"]) == 2
    assert "this folder cannot be made" in capsys.readouterr().err
