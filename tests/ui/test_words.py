"""Every string has its Chinese words, with the same placeholders, and the compiled catalog is the edited one."""

from __future__ import annotations

import gettext
from pathlib import Path

import pytest
from PySide6.QtGui import QRawFont
from PySide6.QtWidgets import QApplication

from tools.han_font import translated
from tools.i18n import CATALOGS, compiled, faults, placeholders, read_po, strings
from tryon.config import assets_dir

CATALOG = CATALOGS / "zh_CN" / "LC_MESSAGES" / "tryon.po"


def test_every_string_is_translated_with_the_same_placeholders() -> None:
    assert faults(read_po(CATALOG), strings()) == [], "run `python -m tools.i18n update`, fill in the words, then `compile`"


def test_the_compiled_catalog_is_the_edited_one() -> None:
    words = read_po(CATALOG)
    with CATALOG.with_suffix(".mo").open("rb") as file:
        translation = gettext.GNUTranslations(file)
    assert {text: translation.gettext(text) for text in strings()} == {text: words[text] for text in strings()}


def test_strings_are_found_however_they_are_written(tmp_path: Path) -> None:
    (tmp_path / "tryon").mkdir()
    (tmp_path / "tryon" / "a.py").write_text('x = _("one " "two")\ny = _("b" if x else "c")\nz = other("d")\nw = N_("e {n}")\n')
    assert set(strings(tmp_path)) == {"one two", "b", "c", "e {n}"}
    assert placeholders("{b:.2f} and {a}") == ["a", "b"]
    assert len(faults({"one two": "x", "b": "y", "e {n}": "{m}"}, strings(tmp_path))) == 2


@pytest.mark.parametrize("words", [{}, {"": "Content-Type: text/plain; charset=UTF-8\n", "a": "甲", "ab": "甲乙", "long {x}": "长 {x}"}])
def test_gettext_reads_what_is_compiled(tmp_path: Path, words: dict[str, str]) -> None:
    path = tmp_path / "x.mo"
    path.write_bytes(compiled(words))
    with path.open("rb") as file:
        translation = gettext.GNUTranslations(file)
    assert all(translation.gettext(text) == said for text, said in words.items())
    assert translation.gettext("unknown") == "unknown"


def test_the_han_fonts_hold_every_character_of_the_translations(qapp: QApplication) -> None:
    """Headings are bold: what the bold one lacks would stand there in another face, or as a box on a clean machine."""
    for path in sorted((assets_dir() / "fonts").glob("*.otf")):
        font = QRawFont(str(path), 16)
        missing = "".join(sorted(letter for letter in translated() if not font.supportsCharacter(ord(letter))))
        assert not missing, f"{path.name} lacks {missing}: python -m tools.han_font"
