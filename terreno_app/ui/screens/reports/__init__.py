"""Informes: the figures of a month, drawn and as tables, and their paper."""
