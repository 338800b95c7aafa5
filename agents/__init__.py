"""The three agents and what they share: no Qt here, usable from a script, a test or a server."""
