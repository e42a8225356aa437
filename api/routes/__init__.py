"""The JSON interface, /api/v1: one file a resource, each exposes `router`."""
