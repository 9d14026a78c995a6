"""The measures of a drawn top, jacket or dress: neckline, widths, lengths, sleeves, by chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from training.garments.shapes import Points, Rng

__all__ = ["Cut", "Side", "pick_neckline"]


def pick_neckline(rng: Rng, kind: str, sleeve: str) -> str:
    if kind == "outer":
        return str(rng.choice(["shirt", "lapel", "hood", "stand", "round", "vee"], p=[0.22, 0.26, 0.2, 0.14, 0.08, 0.1]))
    names = ["round", "vee", "square", "boat", "turtle", "shirt", "hood", "off", "straps", "scoop", "bandeau"]
    weights = {
        "none": [0.2, 0.16, 0.06, 0.08, 0.04, 0.05, 0.0, 0.0, 0.25, 0.13, 0.03],
        "short": [0.42, 0.14, 0.05, 0.09, 0.03, 0.17, 0.01, 0.05, 0.0, 0.04, 0.0],
        "long": [0.26, 0.12, 0.03, 0.08, 0.14, 0.2, 0.12, 0.03, 0.0, 0.02, 0.0],
    }[sleeve]
    return str(rng.choice(names, p=weights))


@dataclass
class Side:
    """One half of the body, x counted outward from the middle."""

    neck: float
    shoulder: Points
    armpit: Points
    waist: Points
    hem: Points


class Cut:
    """The measures of one top, jacket or dress."""

    def __init__(self, rng: Rng, kind: str, sleeve: str, neckline: str) -> None:
        self.kind, self.sleeve, self.neckline = kind, sleeve, neckline
        u = rng.uniform
        self.neck_y, self.collar_x = 0.0, u(-0.03, 0.03)
        wide = u(0.78, 1.2) if rng.random() < 0.8 else u(1.2, 1.55)
        self.shoulder = np.array([1.0, u(0.14, 0.42)])
        self.neck = u(0.28, 0.5)
        self.collar_y = {
            "round": u(0.12, 0.42),
            "scoop": u(0.5, 0.95),
            "vee": u(0.4, 1.2),
            "square": u(0.25, 0.7),
            "boat": u(0.03, 0.16),
            "turtle": -u(0.12, 0.5),
            "shirt": u(0.15, 0.45),
            "hood": u(0.12, 0.45),
            "stand": u(-0.15, 0.1),
            "lapel": u(0.6, 1.7),
            "off": 0.0,
            "straps": u(0.5, 1.1),
            "bandeau": 0.0,
        }[neckline]
        if neckline == "boat":
            self.neck = u(0.5, 0.82)
        if neckline in ("scoop", "square"):
            self.neck = u(0.4, 0.7)
        if neckline in ("turtle", "stand"):
            self.neck = u(0.26, 0.38)
        if sleeve == "none":
            self.shoulder[0] = u(max(self.neck + 0.12, 0.62), 1.05)
            if rng.random() < 0.3:
                self.shoulder[0] = self.neck + u(0.1, 0.3)
            if neckline == "straps":
                self.neck = u(0.35, 0.88)
                self.shoulder[0] = self.neck + u(0.03, 0.14)
                self.shoulder[1] = u(0.0, 0.03)
        self.armpit = np.array([wide * u(0.86, 1.0), self.shoulder[1] + u(0.5, 1.0) + 0.25 * (wide - 1)])
        if sleeve != "none" and rng.random() < 0.15:  # dropped shoulder, dolman
            self.shoulder = self.shoulder * [u(1.0, 1.25), u(1.1, 1.5)]
            self.armpit[1] += u(0.1, 0.5)
        self.armpit[0] = max(self.armpit[0], 0.8)
        if neckline in ("off", "bandeau"):
            self.neck_y = u(0.25, 0.5)
            self.neck, self.shoulder = u(0.78, 0.95), np.array([0.98, self.neck_y + u(0.0, 0.08)])
            self.collar_y = self.neck_y + u(0.0, 0.15)
        length = {
            "top": u(1.9, 3.5) if rng.random() < 0.7 else u(1.25, 2.0) if rng.random() < 0.45 else u(3.3, 4.2),
            "outer": u(2.2, 3.6) if rng.random() < 0.6 else u(3.4, 5.4),
            "dress": u(4.0, 7.0),
        }[kind]
        self.length = max(length, self.armpit[1] + 0.45)
        long_tee = kind == "top" and length > 3.3
        self.waisted = kind == "dress" or rng.random() < (0.25 if long_tee else 0.55)
        self.waist = np.array(
            [
                self.armpit[0] * (u(0.68, 0.95) if kind == "dress" else u(0.8, 1.02)),
                self.armpit[1] + (u(0.7, 1.15) if kind == "dress" else u(0.45, 0.6) * (self.length - self.armpit[1])),
            ]
        )
        if kind == "dress" and rng.random() < 0.15:
            self.waist[1] = self.armpit[1] + u(0.25, 0.6)  # empire line
        if kind == "dress":
            flare = u(1.0, 1.5) if rng.random() < 0.5 else u(1.4, 3.2)
            self.hem_x = self.waist[0] * flare
        else:
            self.hem_x = self.armpit[0] * (u(0.85, 1.15) if long_tee or rng.random() < 0.8 else u(1.1, 1.7))
        self.side_bulge = u(-0.05, 0.05)
        self.hem_bulge = u(-0.02, 0.05) if rng.random() < 0.7 else u(0.05, 0.16)
        self.ruffle = u(0.02, 0.08) if rng.random() < (0.35 if kind == "dress" else 0.12) else 0.0
        self.hem_back = u(0.02, 0.12) if rng.random() < 0.12 else 0.0
        self.armhole = u(0.02, 0.28)
        self.back_bulge = u(0.02, 0.12) if rng.random() < 0.3 else -u(0.0, 0.12)
        self.inner = rng.random() < 0.88 and neckline not in ("turtle", "bandeau")
        self.open_front = 0.0
        if kind == "outer" and rng.random() < 0.45:
            self.open_front = u(0.1, 0.75)
        # sleeves: angle from hanging straight down, lengths along the arm, half a cuff
        self.angle_deg = float(rng.choice([u(4, 24), u(24, 60), u(60, 96)], p=[0.45, 0.4, 0.15]))
        self.sleeve_length = u(0.25, 1.45) if sleeve == "short" else u(1.75, 3.3)
        self.cuff = (self.armpit[1] - self.shoulder[1]) * (u(0.4, 0.62) if sleeve == "short" else u(0.2, 0.4))
        if neckline == "off":
            self.angle_deg = max(self.angle_deg, float(u(16, 60)))
        self.bell = sleeve != "none" and rng.random() < 0.12
        if self.bell:
            self.cuff *= u(1.2, 1.9)
        self.puff = u(0.06, 0.2) if rng.random() < 0.18 else u(-0.02, 0.05)
        self.bend_deg = float(u(-12, 25)) if rng.random() < 0.75 else float(u(-30, 75))
        self.fold = ""
        if sleeve == "long" and rng.random() < 0.16:
            self.fold = str(rng.choice(["front", "behind", "across"], p=[0.45, 0.2, 0.35]))
            if self.fold == "across":
                self.angle_deg = float(-u(2, 40))
        self.over = rng.random() < 0.55
        self.asymmetry = u(0.0, 0.04)
        self.tiers = int(rng.integers(2, 4)) if sleeve == "long" and not self.fold and kind != "outer" and rng.random() < 0.06 else 0
        if self.tiers:
            self.cuff, self.bend_deg, self.over = self.cuff * u(1.6, 2.6), 0.0, True
        # an upper edge below the shoulders, hung on straps: cold shoulder
        self.strap_top = -u(0.15, 0.5) if neckline == "off" and rng.random() < 0.5 else 0.0

    def side(self, rng: Rng, sign: float) -> Side:
        """One half, a little different from the other."""
        jitter = lambda p: np.asarray(p, float) + rng.normal(0, self.asymmetry, 2)  # noqa: E731
        return Side(
            self.neck + rng.normal(0, self.asymmetry * 0.3),
            jitter(self.shoulder),
            jitter(self.armpit),
            jitter(self.waist),
            np.array([self.hem_x, self.length]) + rng.normal(0, self.asymmetry * 1.5, 2),
        )
