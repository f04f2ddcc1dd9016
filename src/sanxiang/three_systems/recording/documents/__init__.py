"""Official papers (执法文书): from plain data to PDF/A, without Django.

`render` makes one paper of a template, `bind` joins papers into a volume (案卷), `catalogue()` tells which templates
there are and what each must hold. Data shape and templates: docs/reference/documents.md.
"""

from .binding import Part, Volume, arrange, bind, split
from .fonts import FontSet
from .model import Attachment, DocumentError, MissingFields, Rendered, UnknownTemplate
from .publishing import Line, public_lines, public_pdf
from .registry import Catalogue, Template, catalogue
from .rendering import check, render

__all__ = [
    "Attachment",
    "Catalogue",
    "DocumentError",
    "FontSet",
    "Line",
    "MissingFields",
    "Part",
    "Rendered",
    "Template",
    "UnknownTemplate",
    "Volume",
    "arrange",
    "bind",
    "catalogue",
    "check",
    "public_lines",
    "public_pdf",
    "render",
    "split",
]
