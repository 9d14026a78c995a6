"""Dressing a person in a photo: garment, drape, diffusion, composite."""
