"""The command line: one file a command, each with `command`, a click command."""
