"""Rich text that is read: Markdown, maths and code, laid out and drawn as it arrives."""
