"""Drawn flat garments by seed and the net that reads garment pictures: `python -m training.garments.train`, `.score`, `.sheet`."""
