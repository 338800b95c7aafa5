"""Who gives way where there is little room: the conversation, and never what is asked."""

from __future__ import annotations

from PySide6.QtWidgets import QSizePolicy, QStackedWidget


class YieldingStack(QStackedWidget):
    """Pages that take the room there is, and ask for none because their words wrap."""

    def hasHeightForWidth(self) -> bool:
        """No: it would keep the height of its words, and others would be cut."""
        return False


def as_high_as_needed() -> QSizePolicy:
    """For what wraps and may not be cut: as high as it is at its width; others give way."""
    policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    policy.setHeightForWidth(True)
    return policy
