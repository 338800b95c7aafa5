"""The chat agent: one question in, a streamed answer out, stored as it grows."""
