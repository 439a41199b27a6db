"""Sincronización: deliver the day, with a receipt of the centre for everything that counts as received."""
