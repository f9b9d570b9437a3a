"""How speed.py grows its corpus, builds every system, times it, checks it and reports it."""
