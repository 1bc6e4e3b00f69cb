"""clipper: turn raw newspaper pages into clean, citable clippings."""

__version__ = "0.1.0"
