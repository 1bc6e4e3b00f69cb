"""`python -m clipper` and the console script."""

from __future__ import annotations

import gc

# Loading modules makes many objects and hardly any garbage. Not looking for it, neither while they load nor once more
# when Python exits, takes a fifth off the time to start.
gc.set_threshold(100_000, 20, 20)

from clipper.cli import main as run  # noqa: E402

__all__ = ["main"]


def main() -> None:
    """Run the command line."""
    try:
        run()
    finally:
        gc.freeze()


if __name__ == "__main__":
    main()
