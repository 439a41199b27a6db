"""The statements of the PostgreSQL store, by what they are about."""
