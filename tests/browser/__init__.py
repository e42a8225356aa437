"""The desk as people use it: a real server, a real browser, whole stories."""
