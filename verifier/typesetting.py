"""Is a field's type set as our pages set it: one size, one baseline a line, the font's own spacing?

Every character may be seen and be the one claimed, and the field still read otherwise: a decimal
point of 4 points under the stroke of a digit, a head shrunk to nothing before a large tail. Our
pages set each value in one size and each line on one baseline, so anything else is not ours.
Measured on our own pages: sizes equal, baselines within 0.02 mm, gaps between -0.01 and 0.40 em
(a title's letters stand 0.3 em apart), full-width punctuation closed up by at most 0.96 em.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final

from credential.fields import FIELDS
from credential.verdict import Finding, Place
from verifier.evidence import Glyph
from verifier.lines import COLON, MM_PER_POINT, SAME_LINE, Segment, union
from verifier.reading import Printed, Reading

_SIZE: Final = 1.02
"""Ratio of the sizes in a value or in a line."""
_LEVEL_MM: Final = 0.06
_NARROWEST: Final = -0.06
"""Gaps are in ems, from where the font ends one letter to where the next begins."""
_KERNED: Final = -0.18
"""Between Latin letters, hyphens and strokes, as in AV (-0.133), -V or // (-0.08), and marks, as in *."""
_KERNED_MARKS: Final = frozenset("-/")
_OPENING: Final = frozenset("（《〈「『【〔〖［｛“‘")
CLOSING: Final = frozenset("，。、；：？！）》〉」』】〕〗］｝”’")
"""Full-width marks: of an opening one the left half is white, of a closing one the right half."""
_HALF_WHITE: Final = _OPENING | CLOSING
_MIDDLE: Final = frozenset("·—…")
_CLOSED_UP: Final = 0.5
"""Ems: in a line that is set to the full width the white of a mark goes, and nothing more; moved over a
digit, the comma of 14，5 stood before the 4."""
_BESIDE_A_MARK: Final = -0.03
_AT_A_DIGIT: Final = -0.03
"""On 267 honest pages and savings -0.006 at most."""
_WIDEST: Final = 0.45
_MOST_STRETCHED: Final = 0.4
_WIDEST_BLANK: Final = 1.2
"""Between Latin words, where a line that is set to the full width is stretched first: 0.55 was seen."""
BOXES: Final = frozenset("□■")
"""What is chosen stands behind its box: our pages have 0.22 em before it, or it begins its line, and
nothing behind it."""
_BEFORE_BOX: Final = 0.15
_BEHIND_BOX: Final = 0.05


def uneven_type(reading: Reading) -> Iterator[Finding]:
    """What no page of ours has, a finding for each field and fault."""
    for name, printed in reading.fields.items():
        yield from _uneven_field(name, printed)


def _uneven_field(name: str, printed: Printed) -> Iterator[Finding]:
    label = FIELDS[name].label or FIELDS[name].english
    faults: tuple[tuple[str, str, list[Glyph]], ...] = (
        ("UNEVEN_SIZE", "字号大小不一", _other_sizes(name, printed.pieces)),
        ("UNEVEN_LINE", "同一行文字高低不齐", _off_the_line(printed.pieces)),
        ("UNEVEN_SPACING", "字与字的间距异常或相互重叠", _badly_spaced(printed.pieces)),
    )
    for code, message, glyphs in faults:
        if glyphs:
            first = glyphs[0].page
            yield Finding(
                code,
                f"“{label}”{message}",
                found="".join(glyph.text for glyph in glyphs)[:60],
                place=Place(first, union([g.box for g in glyphs if g.page == first])),
            )


def _other_sizes(name: str, pieces: Sequence[Segment]) -> list[Glyph]:
    odd = [glyph for piece in pieces for glyph in _of_another_size(piece.glyphs)]
    if name != "caption":  # what it is stands larger than what to do with it
        odd.extend(_of_another_size([glyph for piece in pieces for glyph in value_of(piece)]))
    return list(dict.fromkeys(odd))


def _of_another_size(glyphs: Sequence[Glyph]) -> list[Glyph]:
    largest = max((glyph.size for glyph in glyphs), default=0.0)
    return [glyph for glyph in glyphs if glyph.size * _SIZE < largest]


def _off_the_line(pieces: Iterable[Segment]) -> list[Glyph]:
    odd: list[Glyph] = []
    for line in lines_of(pieces):
        glyphs = [glyph for piece in line for glyph in piece.glyphs]
        level = sorted(glyph.baseline for glyph in glyphs)[len(glyphs) // 2]
        odd.extend(glyph for glyph in glyphs if abs(glyph.baseline - level) > _LEVEL_MM)
    return odd


def _badly_spaced(pieces: Iterable[Segment]) -> list[Glyph]:
    odd: list[Glyph] = []
    for line in lines_of(pieces):
        stretched = _stretched(line)
        for piece in line:
            first = value_of(piece)[:1]
            odd.extend(
                right
                for left, right in pairwise(piece.glyphs)
                if not _is_spaced_well(left, right, stretched, after_label=(right,) == first)
            )
        if line and line[-1].glyphs[-1].text in BOXES:
            odd.append(line[-1].glyphs[-1])
        # a label may stand in a cell of its own; a value is never torn apart
        values = [piece for piece in line if value_of(piece)]
        odd.extend(glyph for piece in values[1:] for glyph in piece.glyphs)
    return odd


def _stretched(line: Sequence[Segment]) -> float:
    """Ems by which a line that is set to the full width is stretched between its letters."""
    gaps = sorted(_gap(*two) for piece in line for two in pairwise(piece.glyphs))
    return min(max(gaps[len(gaps) // 2], 0.0), _MOST_STRETCHED) if gaps else 0.0


def _gap(left: Glyph, right: Glyph) -> float:
    return (right.box[0] - left.box[2]) / (max(left.size, right.size) * MM_PER_POINT)


def _is_spaced_well(left: Glyph, right: Glyph, stretched: float, *, after_label: bool) -> bool:
    """``after_label``: values hang on one line, so a short label has white after it."""
    gap = _gap(left, right)
    if left.text in BOXES and gap > _BEHIND_BOX:
        return False
    if right.text in BOXES and gap < _BEFORE_BOX and not after_label:
        return False
    return _least_gap(left, right) <= gap and (
        gap <= _widest_gap(left, right, stretched) or after_label
    )


def _widest_gap(left: Glyph, right: Glyph, stretched: float) -> float:
    """A number is never torn apart."""
    if not (left.text.isascii() and right.text.isascii()):
        return _WIDEST + stretched
    return _WIDEST_BLANK if left.text.isalpha() or right.text.isalpha() else _WIDEST


def _least_gap(left: Glyph, right: Glyph) -> float:
    before, behind = left.text[:1], right.text[:1]
    if not _HALF_WHITE.isdisjoint((before, behind)):
        halves = (before in CLOSING) + (behind in _OPENING)
        return _BESIDE_A_MARK - halves * _CLOSED_UP
    # the font's own kerning, of which digits have none, with whatever stands beside them
    if left.text.isdigit() or right.text.isdigit():
        return _AT_A_DIGIT
    marks = _is_mark(before) and _is_mark(behind)
    return _KERNED if marks or _is_kerned(left) or _is_kerned(right) else _NARROWEST


def _is_kerned(glyph: Glyph) -> bool:
    return glyph.text in _KERNED_MARKS or (glyph.text.isascii() and glyph.text.isalpha())


def _is_mark(character: str) -> bool:
    return (character.isascii() and not character.isalnum()) or character in _MIDDLE


def lines_of(pieces: Iterable[Segment]) -> Iterator[list[Segment]]:
    """A field's segments by line, from left to right."""
    line: list[Segment] = []
    for piece in sorted(pieces, key=lambda piece: (piece.page, piece.glyphs[0].baseline)):
        if line and not _on_one_line(line[-1], piece):
            yield sorted(line, key=lambda piece: piece.box[0])
            line = []
        line.append(piece)
    if line:
        yield sorted(line, key=lambda piece: piece.box[0])


def _on_one_line(one: Segment, other: Segment) -> bool:
    apart = abs(one.glyphs[0].baseline - other.glyphs[0].baseline)
    return one.page == other.page and apart <= SAME_LINE * max(one.em, other.em)


def value_of(piece: Segment) -> tuple[Glyph, ...]:
    """The glyphs after the label."""
    if piece.field is None:
        return piece.glyphs
    left = len(FIELDS[piece.field].label + COLON)
    for place, glyph in enumerate(piece.glyphs):
        if left <= 0:
            return piece.glyphs[place:]
        left -= len(glyph.text)
    return ()
