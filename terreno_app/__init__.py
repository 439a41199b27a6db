"""Terreno: attention at the mobile stand, registered offline and reconciled with the centre."""

__version__ = "0.1.0"
