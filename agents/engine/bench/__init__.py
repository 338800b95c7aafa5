"""The engine measured against llama.cpp used plainly, side by side in one run.

The one law: ours is the engine as everybody gets it, through the port; the other side gets the
same model file, the same threads, batch size, context and way of loading, and the same tokens.

What is measured has the names of `figures.TARGETS`. Each name is measured by a process of its own
(see `parts`), so that what one leaves behind does not burden the next; within a name both sides
take turns (ours, other, ours, …) and medians are compared.
"""
