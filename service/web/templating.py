"""The page templates, the one style sheet and the policy that lets a browser load nothing else."""

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from credential.claims import Grade
from credential.fields import FIELDS, format_date, format_grade, format_time
from credential.public_text import public_text

_FOLDER: Final = Path(__file__).parent / "pages"


def _style(name: str) -> str:
    lines = (_FOLDER / name).read_text(encoding="utf-8").splitlines()
    return "".join(line.strip() for line in lines)


def _hash_source(style: str) -> str:
    """CSP 3 §2.3.1: the hash of exactly what stands between the style tags."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}'"


STYLE: Final = _style("style.css")
PILE_STYLE: Final = _style("pile.css")
CONTENT_SECURITY_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        f"style-src {_hash_source(STYLE)} {_hash_source(PILE_STYLE)}",
        "img-src data:",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

TEMPLATES: Final = Environment(
    loader=FileSystemLoader(_FOLDER),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)
TEMPLATES.globals["style"] = Markup(STYLE)
TEMPLATES.globals["pile_style"] = Markup(PILE_STYLE)
TEMPLATES.globals["site"] = ""  # a page kept as a file leads to the office's address


def _grade_words(code: str) -> str:
    return format_grade(Grade("", code))


@cache
def _row_opening(name: str) -> Markup:
    """A row up to its value: the same on every page, so written once."""
    spec = FIELDS[name]
    return Markup('<div class="{}"><dt>{}<span lang="en">{}</span></dt><dd>').format(
        name, spec.label, spec.english
    )


TEMPLATES.filters["opening"] = _row_opening
TEMPLATES.filters.update(date=format_date, time=format_time, grade=_grade_words, public=public_text)
