"""Many inputs, one after another or side by side: what comes out stands in the order of what went in."""

from __future__ import annotations

import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from clipper.errors import ClipperError

__all__ = ["in_order"]

AHEAD = 4  # inputs a worker may be ahead of what is written: what is held in memory stays small

Task = TypeVar("Task")
Done = TypeVar("Done")


def in_order(work: Callable[[Task], Done], tasks: Iterable[Task], workers: int = 1) -> Iterator[Done]:
    """Yield what WORK makes of each of TASKS, in their order, with so many WORKERS (processes).

    With one worker it is done here, when it is asked for. WORK and all it takes and gives have to be picklable
    otherwise. Raises what WORK raises, and ClipperError where a worker was ended from outside.

    >>> list(in_order(len, ["河开了", "雪"]))
    [3, 1]
    """
    if workers <= 1:
        yield from map(work, tasks)
        return
    from concurrent.futures import Future, ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    pool = ProcessPoolExecutor(workers, initializer=_leave_signals)
    waiting: deque[Future[Done]] = deque()
    try:
        for task in tasks:
            waiting.append(pool.submit(work, task))
            if len(waiting) > workers * AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenProcessPool:
        raise ClipperError("--jobs", "a worker was ended from outside", "is there memory for so many?") from None
    finally:
        pool.shutdown(cancel_futures=True)  # waits for what the workers have begun, which is little


def _leave_signals() -> None:
    """Ctrl-C goes to every process of a terminal: the first one ends the run, and says so once."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "SIGTERM"):
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
