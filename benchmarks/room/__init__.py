"""How near the furnished picture comes to the truth."""
