"""GLiNER: named spans found by labels given at run time, without PyTorch."""
