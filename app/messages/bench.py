"""Notices of: the benchmark."""

TEXTS: dict[str, str] = {
    "engine.bench": "{name} could not be measured ({reason}). The other measurements go on.",
}
