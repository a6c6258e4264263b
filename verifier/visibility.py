"""Visibility: does a person see exactly the text that was compared? (threats.md, fact 1)"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from credential.verdict import Axis, AxisName, Finding, Indication, Place, SubIndication
from verifier.evidence import Evidence, Form, Glyph
from verifier.lines import union

FAINTEST: Final = 0.4
"""Ink of a letter's strokes, 0 to 1: below it, text is as good as white."""
SMALL: Final = 8.0
"""Points below which strokes are about a pixel wide, and a letter's picture is less sure."""
FITS: Final = 0.24
"""Misfit up to which a letter is the one claimed: honest pages reach 0.195."""
FITS_SMALL: Final = 0.3
"""Honest pages reach 0.283; 土 for 士 at 6.75 pt has 0.42."""
BLACK: Final = 0.88
"""Darkness of a letter's strokes: our pages are black. Honest pages have at least 0.926."""
BLACK_SMALL: Final = 0.7
"""Honest pages have at least 0.77."""
BLACK_BOX: Final = 0.62
"""□, whose strokes are thinner than a pixel: at least 0.696."""
READABLE: Final = 2.4
"""Points from which a letter is read, though no page of ours is so small: one of an 80 mm label that
was printed on a smaller one. Whether it passes SMALLEST says."""
PRINTED: Final = 0.98
"""Programs that print to a file fit the page to one of whole points: a label of 30 mm is 1.2 % less."""
SMALLEST: Final = 4.0 * PRINTED
"""Points."""
SMALLEST_ON: Final = ((100.0, 5.5 * PRINTED), (55.0, 5.25 * PRINTED))
"""Millimetres of a page's shorter side, and the least points that our templates use from there."""


def is_visible(glyph: Glyph) -> bool:
    return glyph.ink >= FAINTEST and glyph.size >= READABLE


def is_confirmed(glyph: Glyph) -> bool:
    """The picture shows this very character."""
    return is_visible(glyph) and glyph.misfit <= (FITS_SMALL if glyph.size < SMALL else FITS)


def check_visibility(evidence: Evidence, uneven: tuple[Finding, ...] = ()) -> Axis:
    """The axis ``visibility``; for a bare picture there is no text to be hidden, and it says so.

    ``uneven``: what typesetting, layout and order found.
    """
    scans = tuple(_scans(evidence))
    if evidence.form is Form.PICTURE and not scans:
        finding = Finding("TEXT_NOT_READ", "图片中的文字未读取，未核对是否有遮盖或涂改")
        return _axis(SubIndication.CONTENT_NOT_COMPARED, (finding,))
    found = (
        *_flagged(evidence),
        *_unseen(evidence),
        *_unsure(evidence.glyphs),
        *uneven,
        *_pages(evidence),
        *_marks(evidence.unexplained),
    )
    if found:
        return _axis(SubIndication.HIDDEN_CONTENT, (*found, *scans))
    if scans:
        return _axis(SubIndication.CONTENT_NOT_COMPARED, scans)
    return Axis(AxisName.VISIBILITY, Indication.PASSED)


def _axis(sub: SubIndication, findings: tuple[Finding, ...]) -> Axis:
    return Axis(AxisName.VISIBILITY, Indication.INDETERMINATE, sub, findings)


def _scans(evidence: Evidence) -> Iterator[Finding]:
    for page in evidence.scanned:
        message = f"第 {page.page} 页是图像，无法由程序核对有无遮盖、涂改，请对照原件"
        digest = f"图像 SHA-256 {page.digest}" if page.digest else None
        yield Finding("SCANNED_PAGE", message, found=digest, place=Place(page.page))
    for flag in evidence.flags:
        if flag.sub is SubIndication.CONTENT_NOT_COMPARED:
            yield Finding(flag.code, flag.message, place=flag.place)


def _flagged(evidence: Evidence) -> Iterator[Finding]:
    for flag in evidence.flags:
        if flag.sub is SubIndication.HIDDEN_CONTENT:
            yield Finding(flag.code, flag.message, place=flag.place)


def _unseen(evidence: Evidence) -> Iterator[Finding]:
    """One finding a page for what is not there or too faint, one for what is too small."""
    faint, pale, tiny = [], [], []
    least = {
        page: _least_size(evidence, page) for page in {glyph.page for glyph in evidence.glyphs}
    }
    for glyph in evidence.glyphs:
        if glyph.ink < FAINTEST:
            faint.append(glyph)
        elif glyph.size < least[glyph.page]:
            tiny.append(glyph)
        elif glyph.darkness < _least_darkness(glyph):
            pale.append(glyph)
    yield from _by_page(faint, "UNSEEN_TEXT", "文件中有看不见的文字（无墨迹、颜色过浅或被遮盖）")
    yield from _by_page(pale, "PALE_TEXT", "文件中有颜色较浅的文字，正式文件全部为黑色")
    yield from _by_page(tiny, "TINY_TEXT", "文件中有小于版面最小字号的文字")


def _least_darkness(glyph: Glyph) -> float:
    if glyph.text == "□":
        return BLACK_BOX
    return BLACK_SMALL if glyph.size < SMALL else BLACK


def _least_size(evidence: Evidence, page: int) -> float:
    size = evidence.pages[page - 1] if page <= len(evidence.pages) else None
    shorter = 0.0 if size is None else min(size.width, size.height)
    return next((least for side, least in SMALLEST_ON if shorter >= side), SMALLEST)


def _pages(evidence: Evidence) -> Iterator[Finding]:
    """A page of ours has text, and at most one symbol."""
    written = {glyph.page for glyph in evidence.glyphs} | {page.page for page in evidence.scanned}
    symbols = Counter(symbol.page for symbol in evidence.symbols)
    for page in range(1, len(evidence.pages) + 1):
        if page not in written:
            message = f"第 {page} 页没有可核对的文字"
            yield Finding("PAGE_WITHOUT_TEXT", message, place=Place(page))
        if symbols[page] > 1:
            message = f"第 {page} 页有 {symbols[page]} 个二维码"
            yield Finding("SEVERAL_SYMBOLS_ON_PAGE", message, place=Place(page))


def _unsure(glyphs: Sequence[Glyph]) -> Iterator[Finding]:
    wrong = [glyph for glyph in glyphs if is_visible(glyph) and not is_confirmed(glyph)]
    yield from _by_page(
        wrong, "OTHER_SHAPE", "画面上的字形与文件中的文字不符，或使用了无法核对的字体"
    )


def _by_page(glyphs: Sequence[Glyph], code: str, message: str) -> Iterator[Finding]:
    for page in sorted(Counter(glyph.page for glyph in glyphs)):
        here = [glyph for glyph in glyphs if glyph.page == page]
        text = "".join(glyph.text for glyph in here)
        box = union([glyph.box for glyph in here])
        yield Finding(code, message, found=text[:60], place=Place(page, box))


def _marks(places: Sequence[Place]) -> Iterator[Finding]:
    for place in places:
        yield Finding("UNEXPLAINED_MARK", "画面上有未能解释的图形", place=place)
