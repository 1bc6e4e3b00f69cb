"""clipper: turn raw newspaper pages into clean, citable clippings.

The four functions behind the four commands, for a notebook or a program of your own:

>>> from clipper import find_repeats, split_page
>>> clips = split_page("河开了\\n本报讯 昨夜，云岭河开了，两岸的人都来看。\\n")
>>> [(clip.kind, clip.headline) for clip in clips]
[('article', '河开了')]
>>> find_repeats(clips)
[]
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

# What `import clipper` offers, and the module it lives in: imported when it is first asked for, so that the command
# line starts at once.
_HOMES = {
    "Block": "clipping",
    "ClipperError": "errors",
    "Clipping": "clipping",
    "Converter": "convert",
    "Finding": "finding",
    "Keyword": "keywords",
    "Lexicon": "lexicon",
    "Place": "finding",
    "Seam": "clipping",
    "convert_clipping": "convert",
    "convert_text": "convert",
    "extract_keywords": "keywords",
    "find_repeats": "dedupe",
    "keywords_of_page": "keywords",
    "known_words": "lexicon",
    "load_converter": "opencc_tables",
    "load_lexicon": "lexicon",
    "read_clip_text": "clipping",
    "read_records": "clipping",
    "remove_repeats": "dedupe",
    "split_page": "split",
    "to_finding_record": "finding",
    "with_keywords": "keywords",
    "write_clip_text": "clipping",
    "write_records": "clipping",
}

__all__ = [
    "__version__",
    *_HOMES,
]

if TYPE_CHECKING:
    from clipper.clipping import (
        Block,
        Clipping,
        Seam,
        read_clip_text,
        read_records,
        write_clip_text,
        write_records,
    )
    from clipper.convert import Converter, convert_clipping, convert_text
    from clipper.dedupe import find_repeats, remove_repeats
    from clipper.errors import ClipperError
    from clipper.finding import Finding, Place, to_finding_record
    from clipper.keywords import Keyword, extract_keywords, keywords_of_page, with_keywords
    from clipper.lexicon import Lexicon, known_words, load_lexicon
    from clipper.opencc_tables import load_converter
    from clipper.split import split_page


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"clipper.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
