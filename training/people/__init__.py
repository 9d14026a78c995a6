"""Rendered people in two outfits: endless training pairs, made from CC0 data by seed.

``python -m training.people --help`` makes shards and contact sheets; ``training.people.shards`` reads them.
"""
