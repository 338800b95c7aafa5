"""Puts the desk together: every part is made here, once, and handed to whom needs it.

No Qt: the command line and the window use the same desk. Making it is cheap: nothing loads a
model or a native library before it is asked to do something.
"""

from __future__ import annotations

from app.parts.chat import ChatParts


class Desk(ChatParts):
    """Everything an entry point needs, made on first use."""

    def close(self) -> None:
        """Give everything back."""
        if "models" in self.__dict__:
            self.models.close()
        if "cache" in self.__dict__:
            self.cache.close()
        if "wire" in self.__dict__:
            self.wire.close()
        if "database" in self.__dict__:
            self.database.close()
