"""Runs to bytes: one file a report."""
