"""The workshop: every piece of furniture and every sample picture in assets/ is made by a script in here (CC0)."""
