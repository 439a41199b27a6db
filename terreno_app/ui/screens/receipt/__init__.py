"""Comprobante: what a person leaves with, large enough for a photo, and on paper."""
