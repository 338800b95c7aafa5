"""What the team can do itself, without a model: reckon, tell the time, look into files."""
