"""The Han font that ships with the program: a subset of Noto Sans CJK SC (SIL Open Font License 1.1). `python -m tools.han_font`.

Holds the characters of the translations, GB 2312 level 1 (the 3,755 characters in daily use), Latin and punctuation. Needs Debian's
`fonts-noto-cjk` and the package `fonttools`, on the machine of whoever rebuilds it only.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tools.i18n import CATALOGS, ROOT, read_po

SOURCE = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
FONT = ROOT / "assets" / "fonts" / "TryOnHan.otf"
FAMILY = "TryOn Han"
"""The subset's own name: the license reserves the original's name for the unchanged font."""


def characters() -> set[str]:
    """Every character that the subset must hold."""
    known = {chr(code) for code in [*range(0x20, 0x7F), *range(0xA0, 0x180), *range(0x2010, 0x2040), *range(0x3000, 0x3018)]}
    known |= {chr(code) for code in range(0xFF01, 0xFF5F)} | set("×Δ←↑→↓⌘✓€●★☆")
    for row in range(0xB0, 0xD8):  # GB 2312 level 1
        for cell in range(0xA1, 0xFF):
            try:
                known.add(bytes([row, cell]).decode("gb2312"))
            except UnicodeDecodeError:
                continue
    for catalog in CATALOGS.glob("*/LC_MESSAGES/*.po"):
        known |= set("".join(read_po(catalog).values()))
    return {letter for letter in known if letter.isprintable()}


def main() -> int:
    argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0]).parse_args()
    try:
        from fontTools import subset
        from fontTools.ttLib import TTCollection
    except ImportError:
        print("needs the package fonttools", file=sys.stderr)
        return 2
    if not SOURCE.is_file():
        print("needs Debian's fonts-noto-cjk", file=sys.stderr)
        return 2
    fonts = TTCollection(str(SOURCE)).fonts
    font = next(font for font in fonts if font["name"].getDebugName(1) == "Noto Sans CJK SC")
    options = subset.Options()
    options.layout_features = ["kern", "mark", "locl"]
    options.hinting = False
    options.desubroutinize = False
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.drop_tables += ["BASE", "VORG", "vhea", "vmtx", "DSIG"]
    maker = subset.Subsetter(options)
    maker.populate(text="".join(sorted(characters())))
    maker.subset(font)
    for record in list(font["name"].names):
        if record.nameID in (1, 16):
            record.string = FAMILY
        elif record.nameID in (3, 4, 6):
            record.string = FAMILY.replace(" ", "") if record.nameID == 6 else f"{FAMILY} Regular"
    cff = font["CFF "].cff
    cff.fontNames = [FAMILY.replace(" ", "")]
    cff[0].FullName, cff[0].FamilyName = f"{FAMILY} Regular", FAMILY
    FONT.parent.mkdir(parents=True, exist_ok=True)
    font.save(str(FONT))
    print(f"{FONT.relative_to(ROOT)}: {len(font.getGlyphOrder())} glyphs, {FONT.stat().st_size / 2**20:.2f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
