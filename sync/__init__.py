"""Reconciliation of records between devices and a centre; knows no word of the application."""
