"""Generators of documents with one distinct string at each place that a format has."""
