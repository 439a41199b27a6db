"""Desbloqueo: who works today, and the passphrase that opens this laptop's data."""
