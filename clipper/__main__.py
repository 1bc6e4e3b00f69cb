"""`python -m clipper` and the console script."""

from __future__ import annotations

from clipper.cli import main

__all__ = ["main"]

if __name__ == "__main__":
    main()
