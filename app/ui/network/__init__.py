"""The page of what went over the network."""
