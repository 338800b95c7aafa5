"""The scholar agent: the user's library in, a related-work section with real citations out."""
