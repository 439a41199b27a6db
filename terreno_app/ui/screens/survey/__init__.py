"""Encuesta: who was drawn and waits, and the kiosk at which a person answers alone."""
