"""Analysed text to findings: matchers propose, validators and context settle, the engine leads hits home."""
