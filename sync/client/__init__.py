"""The device's side of reconciliation."""
