"""The centre's side of reconciliation."""
