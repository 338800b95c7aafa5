"""The parts of the desk, by what they are for."""
