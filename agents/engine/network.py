"""The network thread: one thread that waits for every server, so that nobody else has to.

The one law: a caller that was cancelled leaves at once; ending the work follows on the thread.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import threading
from typing import TYPE_CHECKING, Any, TypeVar

from agents.base import CancelledError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from agents.base import CancelToken

T = TypeVar("T")

_WAIT_SECONDS = 0.05


class NetworkThread:
    """Runs coroutines. Made cheaply: the thread starts with the first one."""

    def __init__(self) -> None:
        """Nothing is open yet."""
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._closed = False
        self._farewells: list[Callable[[], Coroutine[Any, Any, None]]] = []

    def start(self, work: Coroutine[Any, Any, T]) -> concurrent.futures.Future[T]:
        """Run `work` on the thread; cancelling the future ends it there.

        Raises:
            RuntimeError: it is closed.
        """
        with self._lock:
            if self._closed:
                work.close()
                raise RuntimeError("the engine is closed")
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(
                    target=self._run, args=(self._loop,), name="network", daemon=True
                )
                self._thread.start()
            return asyncio.run_coroutine_threadsafe(work, self._loop)

    def wait(self, work: Coroutine[Any, Any, T], cancel: CancelToken | None = None) -> T:
        """Run `work` and return what it returns; the caller leaves at once when cancelled.

        Raises:
            CancelledError: `cancel` was set; and whatever the work raises.
        """
        future = self.start(work)
        while True:
            if cancel is not None and cancel.cancelled:
                future.cancel()
                cancel.check()
            try:
                return future.result(_WAIT_SECONDS)
            except concurrent.futures.CancelledError as error:  # it was closed
                raise CancelledError from error
            except TimeoutError:
                if future.done():  # the work's own, or it ended just now
                    return future.result()

    def before_end(self, farewell: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Have `farewell` run on the thread when it is closed."""
        self._farewells.append(farewell)

    def close(self) -> None:
        """End everything that runs, then hang up everywhere. Any number of times."""
        with self._lock:
            self._closed = True
            loop, thread, self._loop, self._thread = self._loop, self._thread, None, None
        if loop is None or thread is None:
            return
        loop.call_soon_threadsafe(loop.stop)
        thread.join()

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        asyncio.set_event_loop(loop)
        try:
            loop.run_forever()
            tasks = asyncio.all_tasks(loop)
            for task in tasks:
                task.cancel()
            loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
            for farewell in self._farewells:
                loop.run_until_complete(farewell())
            loop.run_until_complete(loop.shutdown_asyncgens())
        finally:
            asyncio.set_event_loop(None)
            loop.close()
