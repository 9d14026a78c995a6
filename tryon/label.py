"""The marks of a made picture: metadata that says so in every file, and words drawn into the picture where the law asks.

Metadata: XMP with `TC260:AIGC` (China, GB 45438-2025) and `Iptc4xmpExt:DigitalSourceType` (IPTC; what the EU's code of practice reads).
Visible: GB 45438-2025, 5.2: words holding AI and 生成 at an edge, at least 5 % of the short side high. Nothing here removes a mark.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from tryon.config import assets_dir
from tryon.errors import OptionError
from tryon.text import N_, _

if TYPE_CHECKING:
    from PIL import ImageFont

__all__ = ["PRESETS", "SOURCES", "LabelPreset", "label_font", "preset_named", "stamp", "xmp_packet"]

SHARE = 0.05
"""Least height of the drawn words' ink, of the picture's short side."""

SOURCES = {"dressed": "compositeWithTrainedAlgorithmicMedia", "furnished": "composite"}
"""How a picture came about, in the words of IPTC: a photo that a network changed; a photo with rendered furniture."""

_IPTC = "http://cv.iptc.org/newscodes/digitalsourcetype/"
_PRODUCER = "TryOnStudio"


@dataclass(frozen=True)
class LabelPreset:
    """What an export shows. words: drawn into the picture, empty for none. consent: whether leaving them out must be agreed to."""

    name: str
    title: str
    words: str
    consent: bool = False


PRESETS = {
    preset.name: preset
    for preset in (
        LabelPreset("china", N_("China: visible label"), "AI生成"),
        LabelPreset("eu", N_("European Union: visible label"), "AI GENERATED"),
        LabelPreset("marketplace", N_("Marketplace, private use: no visible label"), "", consent=True),
    )
}


def preset_named(name: str) -> LabelPreset:
    """The preset of this name. Raises OptionError with the names there are."""
    if name not in PRESETS:
        advice = _("choose one of: {known}").format(known=", ".join(PRESETS))
        raise OptionError(_("there is no label preset {name}").format(name=repr(name)), advice=advice)
    return PRESETS[name]


def xmp_packet(made: str, fingerprint: str) -> bytes:
    """The XMP of a made picture. made: of SOURCES. fingerprint: sha256 of its pixels, which becomes its number.

    The AIGC mark is one JSON object of strings, characters 0x21-0x7E only (GB 45438-2025, annex); one mark a file.
    """
    mark = {
        "Label": "1", "ContentProducer": _PRODUCER, "ProduceID": fingerprint[:32], "ReservedCode1": "", "ContentPropagator": "",
        "PropagateID": "", "ReservedCode2": "",
    }  # fmt: skip
    source = _IPTC + SOURCES[made]
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:TC260="http://www.tc260.org.cn/ns/AIGC/1.0/"'
        ' xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" xmlns:xmp="http://ns.adobe.com/xap/1.0/">'
        f"<TC260:AIGC>{escape(json.dumps(mark, separators=(',', ':')), quote=False)}</TC260:AIGC>"
        f"<Iptc4xmpExt:DigitalSourceType>{source}</Iptc4xmpExt:DigitalSourceType>"
        "<xmp:CreatorTool>TryOn Studio</xmp:CreatorTool>"
        '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    ).encode()


def stamp(picture: Any, words: str) -> Any:
    """The picture with the words in its lower right corner: white on a dark plate, their ink at least 5 % of the short side high.

    picture: (H, W, 3) uint8 sRGB; a copy is given back. Pixels away from the plate stay as they are.
    """
    import math

    import numpy as np
    from PIL import Image, ImageDraw

    image = Image.fromarray(picture)
    short = min(image.size)
    font, box = _font_for(words, math.ceil(SHARE * short))
    width, height = box[2] - box[0], box[3] - box[1]
    pad = max(3, round(height * 0.45))
    margin = max(2, round(height * 0.35))
    left, top = image.width - margin - 2 * pad - width, image.height - margin - 2 * pad - height
    plate = (left, top, left + width + 2 * pad, top + height + 2 * pad)
    shade = Image.new("L", image.size, 0)
    ImageDraw.Draw(shade).rounded_rectangle(plate, radius=pad, fill=165)
    image.paste((16, 16, 20), mask=shade)
    ImageDraw.Draw(image).text((left + pad - box[0], top + pad - box[1]), words, font=font, fill=(255, 255, 255))
    return np.asarray(image).copy()


def _font_for(words: str, height_px: int) -> tuple[ImageFont.FreeTypeFont, tuple[int, int, int, int]]:
    """The smallest size at which the words' ink is that high, and the ink's box: a 5 % font size would draw less than 5 % of ink.

    Ink is what is drawn at three quarters of full strength or more: the soft edge of a letter does not count.
    """
    from PIL import Image, ImageDraw

    size = height_px
    while True:
        font = label_font(size)
        left, top, right, bottom = (round(value) for value in font.getbbox(words))
        drawn = Image.new("L", (right + 2, bottom + 2), 0)
        ImageDraw.Draw(drawn).text((0, 0), words, font=font, fill=255)
        ink = drawn.point(lambda value: 255 * (value > 191)).getbbox() or (0, 0, 1, 1)
        if ink[3] - ink[1] >= height_px or size > 20 * height_px:
            return font, (left, top, right, bottom)
        size += max(1, size // 16)


def label_font(size: int) -> ImageFont.FreeTypeFont:
    """The font of all words that are drawn into pictures, with Han letters; size in pixels. Raises OptionError where it is missing."""
    from PIL import ImageFont

    path = assets_dir() / "fonts" / "TryOnHan.otf"
    if not path.is_file():
        raise OptionError(_("the font of the label is missing"), subject=path, advice=_("install the program again"))
    return ImageFont.truetype(str(path), size)
