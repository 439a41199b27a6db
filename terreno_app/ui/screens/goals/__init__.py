"""Metas: the coverage goals of a year, how far each has come, and what coordination does with them."""
