"""GLiNER: named spans found by labels given at run time, without PyTorch."""

import os

# ONNX Runtime 1.32 has telemetry on every system: as soon as it is loaded it writes an identifier
# of the machine into the user's cache, and it has the means to send it, and what it ran, to its
# makers. It looks at this variable while it is loaded, so it stands before whoever loads it.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
