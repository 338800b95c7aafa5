"""The application: window, command line and everything that knows the user's machine."""
