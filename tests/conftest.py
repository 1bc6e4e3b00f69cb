"""What holds for all tests."""

from __future__ import annotations

import os
import tempfile

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Let no test read or write the cache of whoever runs it: what the tests start, too, finds one of their own."""
    cache = tempfile.TemporaryDirectory(prefix="clipper-tests-", ignore_cleanup_errors=True)
    os.environ["CLIPPER_CACHE"] = cache.name
    config.add_cleanup(cache.cleanup)
