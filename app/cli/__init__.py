"""The command line: every job of the window without a window. No Qt import here."""
