"""The window of TryOn Studio: a thin face on the engine, which it never blocks and never repeats."""
