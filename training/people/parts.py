"""The names of what a person's pixel can be: one table for pictures, labels and nets.

The table is the parser's own. Left and right are the wearer's.
"""

from __future__ import annotations

import re

from tryon.body.parsing import PART_COLORS, PARTS

__all__ = ["CLOTH", "PART", "PARTS", "PART_COLORS", "SKIN", "part_of_bone"]

PART = {name: number for number, name in enumerate(PARTS)}
SKIN = tuple(PART[name] for name in PARTS[3:11])
CLOTH = tuple(PART[name] for name in ("top", "outer", "bottom", "skirt", "dress"))


def part_of_bone(bone: str) -> int:
    """Part number of the bare skin that a bone of the MakeHuman rig moves."""
    side = "left" if bone.endswith(".L") else "right"
    if bone.startswith("neck"):
        return PART["neck"]
    if re.match(r"spine|clavicle|breast|pelvis|root|shoulder01", bone):
        return PART["torso"]
    if re.match(r"upperarm|lowerarm", bone):
        return PART[f"{side}_arm"]
    if re.match(r"wrist|metacarpal|finger", bone):
        return PART[f"{side}_hand"]
    if re.match(r"upperleg|lowerleg", bone):
        return PART["legs"]
    if re.match(r"foot|toe", bone):
        return PART["feet"]
    return PART["face"]
