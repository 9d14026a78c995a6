"""The names of what a person's pixel can be: one table for pictures, labels and nets.

The order is that of ``PARTS`` in ``tryon/body/parsing.py``. Left and right are the wearer's.
"""

from __future__ import annotations

import re

PARTS = (
    "background",
    "hair",
    "face",
    "neck",
    "torso",
    "left_arm",
    "right_arm",
    "left_hand",
    "right_hand",
    "legs",
    "feet",
    "shoes",
    "top",
    "outer",
    "bottom",
    "skirt",
    "dress",
)
PART = {name: number for number, name in enumerate(PARTS)}
SKIN = tuple(PART[name] for name in PARTS[3:11])
CLOTH = tuple(PART[name] for name in PARTS[12:])

# One color a part, for contact sheets only.
PART_COLORS = (
    (0, 0, 0),
    (140, 80, 30),
    (255, 200, 160),
    (255, 140, 90),
    (230, 120, 160),
    (0, 160, 255),
    (0, 90, 200),
    (120, 255, 255),
    (60, 200, 200),
    (255, 255, 0),
    (160, 160, 60),
    (120, 120, 120),
    (220, 30, 30),
    (140, 0, 140),
    (40, 160, 40),
    (120, 230, 60),
    (255, 80, 255),
)


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
