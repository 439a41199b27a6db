"""The statements of the SQLite store, by what they are about."""
