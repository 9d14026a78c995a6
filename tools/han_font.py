"""The Han font that ships with the program: a subset of Noto Sans CJK SC (SIL Open Font License 1.1). `python -m tools.han_font`.

Regular holds the characters of the translations, GB 2312 level 1 (the 3,755 characters in daily use), Latin and punctuation; bold those
of the translations, for headings. Needs Debian's `fonts-noto-cjk` and the package `fonttools`, on the machine of whoever rebuilds it only.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tools.i18n import CATALOGS, ROOT, read_po

SOURCE = Path("/usr/share/fonts/opentype/noto")
FONTS = ROOT / "assets" / "fonts"
FAMILY = "TryOn Han"
"""The subset's own name: the license reserves the original's name for the unchanged font."""


def translated() -> set[str]:
    """The characters of the translations."""
    words = "".join(text for catalog in CATALOGS.glob("*/LC_MESSAGES/*.po") for text in read_po(catalog).values())
    return {letter for letter in words if letter.isprintable()}


def characters() -> set[str]:
    """Every character that the regular font must hold."""
    known = {chr(code) for code in [*range(0x20, 0x7F), *range(0xA0, 0x180), *range(0x2010, 0x2040), *range(0x3000, 0x3018)]}
    known |= {chr(code) for code in range(0xFF01, 0xFF5F)} | set("×Δ←↑→↓⌘✓€●★☆")
    for row in range(0xB0, 0xD8):  # GB 2312 level 1
        for cell in range(0xA1, 0xFF):
            try:
                known.add(bytes([row, cell]).decode("gb2312"))
            except UnicodeDecodeError:
                continue
    return {letter for letter in known if letter.isprintable()} | translated()


def build(weight: str, letters: set[str]) -> None:
    """Write one weight."""
    from fontTools import subset
    from fontTools.ttLib import TTCollection

    fonts = TTCollection(str(SOURCE / f"NotoSansCJK-{weight}.ttc")).fonts
    font = next(font for font in fonts if font["name"].getDebugName(1) == "Noto Sans CJK SC")
    options = subset.Options()
    options.layout_features = ["kern", "mark", "locl"]
    options.hinting = False
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.drop_tables += ["BASE", "VORG", "vhea", "vmtx", "DSIG"]
    maker = subset.Subsetter(options)
    maker.populate(text="".join(sorted(letters)))
    maker.subset(font)
    plain = FAMILY.replace(" ", "")
    names = {1: FAMILY, 16: FAMILY, 3: f"{FAMILY} {weight}", 4: f"{FAMILY} {weight}", 6: f"{plain}-{weight}"}
    for record in list(font["name"].names):
        record.string = names.get(record.nameID, record.toUnicode())
    cff = font["CFF "].cff
    cff.fontNames = [f"{plain}-{weight}"]
    cff[0].FullName, cff[0].FamilyName = f"{FAMILY} {weight}", FAMILY
    path = FONTS / ("TryOnHan.otf" if weight == "Regular" else f"TryOnHan-{weight}.otf")
    font.save(str(path))
    print(f"{path.relative_to(ROOT)}: {len(font.getGlyphOrder())} glyphs, {path.stat().st_size / 2**20:.2f} MB")


def main() -> int:
    argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0]).parse_args()
    try:
        import fontTools  # noqa: F401
    except ImportError:
        print("needs the package fonttools", file=sys.stderr)
        return 2
    if not (SOURCE / "NotoSansCJK-Regular.ttc").is_file():
        print("needs Debian's fonts-noto-cjk", file=sys.stderr)
        return 2
    FONTS.mkdir(parents=True, exist_ok=True)
    build("Regular", characters())
    build("Bold", translated())
    return 0


if __name__ == "__main__":
    sys.exit(main())
