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
    "Doubt": "doubts",
    "Finding": "finding",
    "Judge": "doubts",
    "Keyword": "keywords",
    "Lexicon": "lexicon",
    "Place": "finding",
    "Seam": "clipping",
    "Taste": "keywords",
    "UserWord": "lexicon",
    "associate": "associations",
    "compare_groups": "compare",
    "convert_clipping": "convert",
    "convert_text": "convert",
    "detect_script": "scripts",
    "extract_keywords": "keywords",
    "find_doubts": "doubts",
    "find_repeats": "dedupe",
    "keywords_of_page": "keywords",
    "keywords_of_read": "keywords",
    "known_words": "lexicon",
    "load_converter": "opencc_tables",
    "load_judge": "opencc_tables",
    "load_letters": "opencc_tables",
    "load_lexicon": "lexicon",
    "make_index": "index",
    "read_clip_text": "clipping",
    "read_records": "clipping",
    "read_stop": "vocabulary",
    "read_tags": "vocabulary",
    "read_userdict": "lexicon",
    "read_words": "words",
    "remove_repeats": "dedupe",
    "resolve_text": "doubts",
    "split_page": "split",
    "tfidf_keywords": "keywords",
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
    from clipper.associations import associate
    from clipper.clipping import (
        Block,
        Clipping,
        Seam,
        read_clip_text,
        read_records,
        write_clip_text,
        write_records,
    )
    from clipper.compare import compare_groups
    from clipper.convert import Converter, convert_clipping, convert_text
    from clipper.dedupe import find_repeats, remove_repeats
    from clipper.doubts import Doubt, Judge, find_doubts, resolve_text
    from clipper.errors import ClipperError
    from clipper.finding import Finding, Place, to_finding_record
    from clipper.index import make_index
    from clipper.keywords import (
        Keyword,
        Taste,
        extract_keywords,
        keywords_of_page,
        keywords_of_read,
        tfidf_keywords,
        with_keywords,
    )
    from clipper.lexicon import Lexicon, UserWord, known_words, load_lexicon, read_userdict
    from clipper.opencc_tables import load_converter, load_judge, load_letters
    from clipper.scripts import detect_script
    from clipper.split import split_page
    from clipper.vocabulary import read_stop, read_tags
    from clipper.words import read_words


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"clipper.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
