"""Bytes to Document, always in a child process. The only entrance is read.read."""
