"""Data, training and scores of the compact transfer's denoiser."""
