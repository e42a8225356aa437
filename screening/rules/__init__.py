"""lexicons/ to Ruleset and Policy: rules are data, and this is where the data is read and judged."""
