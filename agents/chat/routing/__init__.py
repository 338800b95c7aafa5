"""Decides who of the team takes a request."""
