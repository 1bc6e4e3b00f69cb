"""`python -m clipper` and the console script."""

from __future__ import annotations

import gc

# Loading modules makes many objects and no garbage; looking for some takes a tenth of the time to start.
gc.set_threshold(100_000, 20, 20)

from clipper.cli import main  # noqa: E402

__all__ = ["main"]

if __name__ == "__main__":
    main()
