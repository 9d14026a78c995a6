"""What the materials of the furniture that ships are called for people; those of other files are called what their files say."""

from __future__ import annotations

from tryon.text import N_, _

__all__ = ["material_words"]

_NAMES = {
    "aloe": N_("Aloe"), "backing": N_("Backing"), "bamboo": N_("Bamboo"), "bark": N_("Bark"), "bark-olive": N_("Olive bark"),
    "basket": N_("Basket"), "binding": N_("Edging"), "black-ash": N_("Black ash"), "black-steel": N_("Black steel"),
    "blind-linen": N_("Linen"), "books": N_("Books"), "boucle-cream": N_("Cream boucle"), "box-felt": N_("Felt"), "brass": N_("Brass"),
    "bulb": N_("Bulb"), "concrete": N_("Concrete"), "cord-black": N_("Black cord"), "cord-cloth": N_("Cloth cord"),
    "cotton-blue": N_("Blue cotton"), "cotton-sage": N_("Sage cotton"), "cotton-white": N_("White cotton"), "curtain-linen": N_("Linen"),
    "enamel-green": N_("Green enamel"), "eucalyptus": N_("Eucalyptus"), "fringe": N_("Fringe"), "glaze-ash": N_("Ash glaze"),
    "glaze-blue": N_("Blue glaze"), "glaze-celadon": N_("Celadon"), "glaze-chalk": N_("Chalk glaze"), "jute": N_("Jute"),
    "jute-edge": N_("Jute edging"), "knit-oat": N_("Oat knit"), "leaf": N_("Leaves"), "leather-black": N_("Black leather"),
    "leather-cognac": N_("Cognac leather"), "linen-cream": N_("Cream linen"), "linen-flax": N_("Flax linen"),
    "linen-oat": N_("Oat linen"), "linen-ochre": N_("Ochre linen"), "linen-rust": N_("Rust linen"), "linen-sand": N_("Sand linen"),
    "linen-slate": N_("Slate linen"), "marble": N_("Marble"), "mat-board": N_("Mat board"), "mesh-gray": N_("Gray mesh"),
    "mirror": N_("Mirror"), "nylon-black": N_("Black nylon"), "oak": N_("Oak"), "olive-leaf": N_("Leaves"), "paper": N_("Paper"),
    "paper-cord": N_("Paper cord"), "pile": N_("Pile"), "pile-edge": N_("Edging"), "print-branch": N_("Printed picture"),
    "print-branch-2": N_("Printed picture"), "print-hills": N_("Printed picture"), "print-shapes": N_("Printed picture"),
    "reflector-brass": N_("Reflector"), "reflector-lit": N_("Lit reflector"), "rice-paper": N_("Rice paper"), "rug": N_("Rug"),
    "runner": N_("Rug"), "sage-lacquer": N_("Sage lacquer"), "seat-charcoal": N_("Charcoal cloth"), "shade": N_("Lampshade"),
    "shade-linen": N_("Linen shade"), "soil": N_("Soil"), "stalk": N_("Stalk"), "steel": N_("Steel"),
    "stoneware-blue": N_("Blue stoneware"), "stoneware-pale": N_("Pale stoneware"), "stoneware-sand": N_("Sand stoneware"),
    "stoneware-white": N_("White stoneware"), "strap": N_("Strap"), "sword-leaf": N_("Leaves"), "terracotta": N_("Terracotta"),
    "tweed-gray": N_("Gray tweed"), "tweed-petrol": N_("Petrol tweed"), "tweed-sand": N_("Sand tweed"), "twig": N_("Twigs"),
    "velvet-band": N_("Velvet band"), "velvet-blue": N_("Blue velvet"), "velvet-green": N_("Green velvet"), "walnut": N_("Walnut"),
    "white-lacquer": N_("White lacquer"), "wool-ochre": N_("Ochre wool"),
}  # fmt: skip


def material_words(name: str) -> str:
    """A material in the user's language; of a name that is not known as it stands in its file, made readable."""
    return _(_NAMES[name]) if name in _NAMES else name.replace("_", " ").strip().capitalize()
