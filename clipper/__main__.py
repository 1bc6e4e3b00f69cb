"""`python -m clipper` and the console script."""

from __future__ import annotations

import gc
import sys

__all__ = ["main"]


def main() -> None:
    """Run the command line."""
    # Loading modules makes many objects and hardly any garbage. Not looking for it, neither while they load nor once
    # more when Python exits, takes a fifth off the time to start.
    gc.set_threshold(1_000_000, 20, 20)
    try:
        from clipper.cli import main as run

        run()
    except KeyboardInterrupt:  # before Typer is there to see it
        raise SystemExit(130) from None
    finally:
        gc.freeze()


if __name__ == "__main__":
    if not __package__:  # run as a file, by spark-submit: its folder is no place to look for packages
        sys.path.pop(0)
    main()
