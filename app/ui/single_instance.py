"""One window a user and data folder: a second start raises the first and hands over its files.

The one law: the socket is the truth. A lock file only keeps two starts from listening at once,
so whatever a killed process leaves behind never stands in the way of the next start.
"""

from __future__ import annotations

import hashlib
import json
import logging
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLockFile, QObject, Signal, Slot
from PySide6.QtNetwork import QLocalServer, QLocalSocket

if TYPE_CHECKING:
    from collections.abc import Sequence

log = logging.getLogger(__name__)

WAIT_MS = 2000
_LONGEST = 1 << 20  # bytes of one message


class SingleInstance(QObject):
    """Listens for later starts, or tells an earlier one."""

    called = Signal(object)  # list[Path]: a later start wants the window and these files opened

    def __init__(self, data: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        # Names of local sockets are short on some systems: the folder's hash, not its path.
        digest = hashlib.sha256(str(data.resolve()).encode()).hexdigest()[:16]
        self._name = f"moadesk-{digest}"
        self._lock = QLockFile(str(data / "window.lock"))
        self._lock.setStaleLockTime(10_000)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._greet)
        self._data = data

    def first(self, files: Sequence[Path]) -> bool:
        """Whether this is the only window; otherwise the other one has `files` now."""
        if self._tell(files):
            return False
        try:
            self._data.mkdir(parents=True, exist_ok=True)
        except OSError:
            return True  # what is wrong with the folder is said when the database is opened
        locked = self._lock.tryLock(WAIT_MS)
        try:
            if self._tell(files):
                return False
            QLocalServer.removeServer(self._name)
            if not self._server.listen(self._name):
                log.warning("Later starts cannot be heard: %s", self._server.errorString())
        finally:
            if locked:
                self._lock.unlock()
        return True

    def close(self) -> None:
        """Listen no more."""
        self._server.close()

    def _tell(self, files: Sequence[Path]) -> bool:
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if not socket.waitForConnected(WAIT_MS):
            return False
        message = json.dumps([str(path.resolve()) for path in files]).encode() + b"\n"
        socket.write(message)
        if not socket.waitForBytesWritten(WAIT_MS):
            return False
        socket.waitForReadyRead(WAIT_MS)  # a busy window may answer late: it lives all the same
        socket.disconnectFromServer()
        return True

    @Slot()
    def _greet(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.readyRead.connect(self._read)
            socket.disconnected.connect(socket.deleteLater)

    @Slot()
    def _read(self) -> None:
        socket = self.sender()
        if not isinstance(socket, QLocalSocket):
            return
        if not socket.canReadLine():
            if socket.bytesAvailable() > _LONGEST:
                socket.abort()
            return
        line = bytes(socket.readLine().data())
        socket.write(b"ok\n")
        socket.flush()
        try:
            names = json.loads(line)
        except ValueError:
            names = []
        files = [Path(name) for name in names if isinstance(name, str)]
        self.called.emit(files)
