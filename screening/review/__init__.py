"""The desk: who may do what, when. Knows the rule of review and its ports, no database and no web."""
