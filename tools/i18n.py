"""The translations: gather the strings of tryon/ and ui/ into the catalogs, compile them. `python -m tools.i18n update | compile | check`.

Catalogs: assets/i18n/LANGUAGE/LC_MESSAGES/tryon.po, which people edit, and tryon.mo, which the program reads (both are committed).
Formats: https://www.gnu.org/software/gettext/manual/html_node/{PO,MO}-Files.html
"""

from __future__ import annotations

import argparse
import ast
import re
import string
import struct
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ("tryon", "ui")
CATALOGS = ROOT / "assets" / "i18n"
HEADER = (
    "Project-Id-Version: TryOn Studio\nMIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\n"
    "Content-Transfer-Encoding: 8bit\nLanguage: {code}\n"
)


def strings(root: Path = ROOT) -> dict[str, list[str]]:
    """Every string marked with _() or N_() and the files that hold it."""
    found: dict[str, list[str]] = {}
    for path in sorted(path for source in SOURCES for path in (root / source).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", "N_") and node.args):
                continue
            for text in _constants(node.args[0]):
                places = found.setdefault(text, [])
                place = path.relative_to(root).as_posix()
                if place not in places:
                    places.append(place)
    return found


def _constants(node: ast.expr) -> list[str]:
    """The texts that an argument can be: a string, or either side of a choice."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return _constants(node.body) + _constants(node.orelse)
    return []


def placeholders(text: str) -> list[str]:
    """The names in braces, sorted."""
    return sorted(name for _text, name, _format, _conversion in string.Formatter().parse(text) if name is not None)


def read_po(path: Path) -> dict[str, str]:
    """The translations of a catalog; the header has the empty key."""
    result: dict[str, str] = {}
    if not path.is_file():
        return result
    for block in re.split(r"\n\s*\n", path.read_text(encoding="utf-8")):
        texts = {"msgid": "", "msgstr": ""}
        current = ""
        for line in block.splitlines():
            if line.startswith(("msgid ", "msgstr ")):
                current, _blank, line = line.partition(" ")
            if current and line.startswith('"'):
                texts[current] += ast.literal_eval(line)
        if current:
            result[texts["msgid"]] = texts["msgstr"]
    return result


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def write_po(path: Path, translations: dict[str, str], places: dict[str, list[str]], code: str) -> None:
    """Write a catalog, sorted by the first file that holds a string."""
    lines = ['msgid ""', 'msgstr ""', *(_quoted(line + "\n") for line in HEADER.format(code=code).splitlines()), ""]
    for text in sorted(places, key=lambda text: (places[text][0], text)):
        lines += [f"#: {' '.join(places[text])}", f"msgid {_quoted(text)}", f"msgstr {_quoted(translations.get(text, ''))}", ""]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines), encoding="utf-8")


def compiled(translations: dict[str, str]) -> bytes:
    """The bytes of the .mo file: a sorted table of strings, found by binary search."""
    pairs = sorted((text.encode(), words.encode()) for text, words in translations.items() if words)
    ids = b"".join(text + b"\0" for text, _words in pairs)
    words = b"".join(text + b"\0" for _id, text in pairs)
    head = 7 * 4
    first_id = head + 16 * len(pairs)
    first_words = first_id + len(ids)
    tables: list[list[int]] = [[], []]
    at = [first_id, first_words]
    for pair in pairs:
        for side in (0, 1):
            tables[side] += [len(pair[side]), at[side]]
            at[side] += len(pair[side]) + 1
    numbers = [0x950412DE, 0, len(pairs), head, head + 8 * len(pairs), 0, 0, *tables[0], *tables[1]]
    return struct.pack(f"<{len(numbers)}I", *numbers) + ids + words


def faults(translations: dict[str, str], places: dict[str, list[str]]) -> list[str]:
    """What is wrong with a catalog: strings without words, and words with other placeholders."""
    result = []
    for text, files in places.items():
        words = translations.get(text, "")
        if not words:
            result.append(f"not translated: {text!r} ({files[0]})")
        elif placeholders(words) != placeholders(text):
            result.append(f"other placeholders: {text!r} -> {words!r}")
    return result


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("what", choices=("update", "compile", "check"))
    options = parser.parse_args()
    places = strings()
    status = 0
    for path in sorted(CATALOGS.glob("*/LC_MESSAGES/tryon.po")):
        translations = read_po(path)
        code = path.parent.parent.name
        if options.what == "update":
            write_po(path, translations, places, code)
        elif options.what == "compile":
            kept = {text: words for text, words in translations.items() if text in places or not text}
            path.with_suffix(".mo").write_bytes(compiled(kept))
        wrong = faults(translations, places)
        print(f"{code}: {len(places)} strings, {len(wrong)} to do")
        if options.what == "check":
            print("\n".join(wrong))
            status = status or int(bool(wrong))
    return status


if __name__ == "__main__":
    sys.exit(main())
