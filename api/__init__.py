"""The desk: JSON interface and pages. Its seat; the desk itself is built on screening.bootstrap."""
