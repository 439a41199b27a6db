"""Salidas: open the outing of the day on this laptop, and close it with its acta."""
