"""What can be typed after `tryon`: the commands, their options, and what each is worth."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NoReturn

from tryon.errors import OptionError
from tryon.text import _

__all__ = ["parser_of"]


class _Parser(argparse.ArgumentParser):
    """argparse whose complaints are one line, like every other of ours."""

    def error(self, message: str) -> NoReturn:
        raise OptionError(message, advice=_("see {command} --help").format(command=self.prog))


def parser_of(commands_done: Mapping[str, Callable[[argparse.Namespace], int | None]]) -> argparse.ArgumentParser:
    """The parser of the command line. commands_done: for each command the function that does it."""
    from tryon import __version__

    parser = _Parser(prog="tryon", description=_("Try clothes on a photo of a person, and furniture in a photo of a room."))
    parser.add_argument("--version", action="version", version=f"tryon {__version__}")
    commands = parser.add_subparsers(title=_("commands"), required=True, metavar="COMMAND", parser_class=_Parser)

    fit = commands.add_parser("fit", help=_("dress the person of a photo in a garment"))
    fit.add_argument("person", metavar="PERSON", help=_("photo of a person"))
    fit.add_argument("garments", metavar="GARMENT", nargs="+", help=_("picture of a garment; several are worn together"))
    fit.add_argument("-o", "--output", metavar="OUT", required=True, help=_("where the picture goes (.png, .jpg, .webp, .avif, .tif)"))
    fit.add_argument("--region", choices=("auto", "upper", "lower", "full"), default="auto", help=_("what the garment covers"))
    fit.add_argument("--tuck", choices=("auto", "in", "out"), default="auto", help=_("a top inside or over the trousers"))
    fit.add_argument("--length", default="0", metavar="CM[,CM]", help=_(
        "how much longer than it is the garment shall hang, of several each its own, parted by commas; shorter: --length=-8"))
    fit.add_argument("--fit", default="regular", metavar="slim|regular|loose[,...]", help=_(
        "closer or looser than the garment is, of several each its own"))
    fit.add_argument("--engine", default="compact", metavar="NAME", help=_("what does it, see `tryon engines` (default: compact)"))
    fit.add_argument("--seed", type=_whole(0, 2**63 - 1), default=0, metavar="N", help=_("same seed, same picture"))
    fit.add_argument("--steps", type=_whole(0, 1000), default=0, metavar="N", help=_("denoising steps (0: the engine's own choice)"))
    fit.add_argument("--keep", metavar="MASK", help=_("a picture over the photo: what is white in it stays as it is"))
    fit.add_argument("--change", metavar="MASK", help=_("what is white in it may change: old clothes that were overlooked, say"))
    fit.add_argument("--debug-dir", type=Path, metavar="D", help=_("write every picture on the way into this folder"))
    fit.set_defaults(command=commands_done["fit"])

    room = commands.add_parser("room", help=_("put furniture into a photo of a room"))
    room.add_argument("photo", metavar="PHOTO", help=_("photo of a room"))
    room.add_argument("--place", action="append", default=[], metavar="FURNITURE@X,Y[,TURN]", help=_(
        "a piece (see `tryon furniture`) or mesh file, the pixel its middle stands on, and degrees counter-clockwise; may be repeated"))
    room.add_argument("--size", action="append", default=[], metavar="[FURNITURE=]W[xHxD]", help=_(
        "how wide (or wide, high, deep) a mesh file really is in metres; ,up=z where it lies on its back; may be repeated"))
    room.add_argument("-o", "--output", metavar="OUT", help=_("where the picture goes (.png, .jpg, .webp, .avif, .tif)"))
    room.add_argument("--scale-from", metavar="X0,Y0,X1,Y1,METRES[,up]", help=_(
        "a length between two pixels of the floor (,up: from it straight up); X0,Y0,X1,Y1,door; camera=METRES (its height); sheet (A4)"))
    room.add_argument("--camera-lines", action="append", default=[], metavar="AXIS:X0,Y0,X1,Y1", help=_(
        "a line along the room, AXIS is floor, depth (both on the floor, at right angles) or up; two of each, best of two directions"))
    room.add_argument("--lens", default="", metavar="focal=PIXELS center=X,Y|find bend=B|find", help=_(
        "what you know of the lens: focal length, the middle of a photo that was cut off, how it bends lines (barrel: negative)"))
    room.add_argument("--back-wall", default="", metavar="LX,LY,RX,RY,TX,TY", help=_(
        "where the back wall stands: pixels of its left and right foot on the floor, and of a point of its upper edge"))
    room.add_argument("--shadow", default="", metavar="X0,Y0,X1,Y1[,SOFT]", help=_(
        "how shadows fall: pixels of a pole's foot (half as tall as the camera stands high) and of its shadow's tip; SOFT is 0 to 1"))
    room.add_argument("--camera", action="store_true", help=_("print the camera as JSON"))
    room.add_argument("--grid", metavar="G.png", help=_("write the floor's grid over the photo"))
    room.add_argument("--quality", choices=("draft", "good", "best"), default="draft", help=_(
        "draft: drawn at once by OpenGL (default); good, best: path-traced with 8 or 32 samples a pixel, seconds to minutes"))
    room.add_argument("--front", action="append", default=[], metavar="MASK.png|X0,Y0,X1,Y1", help=_(
        "what stands in front of the furniture: a mask (white) or a box around it, cut out along its edges; may be repeated"))
    room.add_argument("--remove", action="append", default=[], metavar="MASK.png|X0,Y0,X1,Y1", help=_(
        "what is to go from the photo, its shadow included: a mask (white) or a rectangle; floor and wall are carried on; may be repeated"))
    room.add_argument("--gloss", type=_share, metavar="SHARE", help=_("how much the floor mirrors, 0 (carpet) to 1 (polished)"))
    room.set_defaults(command=commands_done["room"])
    for command in (fit, room):
        command.add_argument("--label", choices=("none", "china", "eu"), default="none", help=_(
            "words drawn into the picture that say it is made (the metadata always says so)"))
        command.add_argument("--sign", action="store_true", help=_("sign the file with this machine's key (needs c2pa-python)"))
        command.add_argument("--json", action="store_true", help=_("print what was done and measured as JSON"))
        command.add_argument("--quiet", action="store_true", help=_("no progress and no warnings"))

    demo = commands.add_parser("demo", help=_("both jobs on the sample pictures"))
    demo.add_argument("-o", "--output", type=Path, default=Path("tryon-demo"), metavar="FOLDER", help=_("default: %(default)s"))
    demo.set_defaults(command=commands_done["demo"], quiet=False)
    app = commands.add_parser("app", help=_("open the window"))
    app.add_argument("files", nargs="*", metavar="FILE", help=_("pictures to open"))
    app.set_defaults(command=commands_done["app"])
    furniture = commands.add_parser("furniture", help=_("list the furniture, or what is in a Sweet Home 3D library"))
    furniture.add_argument("library", nargs="?", metavar="LIBRARY.sh3f", help=_("a library; its pieces are placed as LIBRARY.sh3f#NAME"))
    furniture.set_defaults(command=commands_done["furniture"])
    engines = commands.add_parser("engines", help=_("list what can put clothes on, and what each needs"))
    engines.add_argument("--time", action="store_true", help=_("try each on the sample pictures and say how long it takes here"))
    engines.set_defaults(command=commands_done["engines"])
    desktop = commands.add_parser("desktop", help=_("put the program and its file type into this desktop's menu"))
    what = desktop.add_mutually_exclusive_group(required=True)
    what.add_argument("--install", action="store_true", help=_("menu entry, icon, .tryon files open by double click"))
    what.add_argument("--remove", action="store_true", help=_("take them out again"))
    desktop.set_defaults(command=commands_done["desktop"])
    commands.add_parser("doctor", help=_("say what works on this machine")).set_defaults(command=commands_done["doctor"])
    return parser


def _whole(low: int, high: int) -> Any:
    """An argparse type: a whole number from low to high."""

    def number(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            raise argparse.ArgumentTypeError(_("{text} is not a whole number").format(text=repr(text))) from None
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(_("{value} is not between {low} and {high}").format(value=value, low=low, high=high))
        return value

    return number


def _share(text: str) -> float:
    """An argparse type: a number from 0 to 1."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0.0 <= value <= 1.0:
        raise argparse.ArgumentTypeError(_("{text} is not a number from 0 to 1").format(text=repr(text)))
    return value
