"""The business without any computer: documents, findings, rules, decisions. Standard library only."""
