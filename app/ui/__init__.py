"""The window: pages arrange and act, agents think. Nothing here works on a thread itself."""
