"""How well the garment transfer does, beside its peers: `python -m benchmarks.fit`."""
