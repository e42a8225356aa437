"""Document to text ready to match: every change of characters, with the way home."""
