"""Office Open XML files written from an outline, part by part."""
