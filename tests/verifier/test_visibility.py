"""What counts as seen, as pure values."""

import pytest

from credential.verdict import Indication, Place, SubIndication
from verifier.evidence import Evidence, Flag, Form, Glyph, PageSize, Symbol
from verifier.visibility import (
    BLACK,
    BLACK_SMALL,
    FAINTEST,
    FITS,
    FITS_SMALL,
    PRINTED,
    READABLE,
    SMALLEST,
    check_visibility,
    is_confirmed,
    is_visible,
)


def glyph(
    ink: float = 1.0, misfit: float = 0.0, size: float = 10.0, darkness: float = 1.0
) -> Glyph:
    return Glyph("国", 1, (1.0, 2.0, 3.0, 4.0), 3.5, size, ink, misfit, darkness)


@pytest.mark.parametrize(
    ("seen", "visible", "confirmed", "code"),
    [
        (glyph(), True, True, None),
        (glyph(ink=FAINTEST, misfit=FITS), True, True, None),
        (glyph(misfit=FITS_SMALL, size=SMALLEST), True, True, None),
        (glyph(misfit=FITS_SMALL + 0.01, size=SMALLEST), True, False, "OTHER_SHAPE"),
        (glyph(darkness=BLACK_SMALL, size=SMALLEST), True, True, None),
        (glyph(ink=FAINTEST - 0.01), False, False, "UNSEEN_TEXT"),
        (glyph(size=SMALLEST - 0.01), True, True, "TINY_TEXT"),
        (glyph(size=READABLE - 0.01), False, False, "TINY_TEXT"),
        (glyph(misfit=FITS + 0.01), True, False, "OTHER_SHAPE"),
        (glyph(darkness=BLACK), True, True, None),
        (glyph(darkness=BLACK - 0.01), True, True, "PALE_TEXT"),
    ],
)
def test_the_boundaries(seen, visible, confirmed, code):
    assert (is_visible(seen), is_confirmed(seen)) == (visible, confirmed)
    axis = check_visibility(Evidence(Form.PDF, glyphs=(seen,)))
    if code is None:
        assert axis.indication is Indication.PASSED
        return
    assert axis.sub_indication is SubIndication.HIDDEN_CONTENT
    (finding,) = axis.findings
    assert (finding.code, finding.found, finding.place) == (code, "国", Place(1, seen.box))


def test_flags_and_marks():
    place = Place(1, (0.0, 0.0, 1.0, 1.0))
    flag = Flag(SubIndication.HIDDEN_CONTENT, "ANNOTATION", "有批注", Place(1))
    axis = check_visibility(Evidence(Form.PDF, flags=(flag,), unexplained=(place,)))
    assert [finding.code for finding in axis.findings] == ["ANNOTATION", "UNEXPLAINED_MARK"]
    assert axis.indication is Indication.INDETERMINATE


def test_a_bare_picture_says_that_it_was_not_looked_at():
    axis = check_visibility(Evidence(Form.PICTURE))
    assert axis.indication is Indication.INDETERMINATE
    assert axis.sub_indication is SubIndication.CONTENT_NOT_COMPARED


@pytest.mark.parametrize(
    ("size", "least"),
    [
        ((148.0, 210.0), 5.5 * PRINTED),
        ((80.0, 60.0), 5.25 * PRINTED),
        ((30.0, 30.0), 4.0 * PRINTED),
    ],
)
def test_the_smallest_type_of_a_page(size, least):
    for points, found in ((least, []), (least - 0.01, ["TINY_TEXT"])):
        page = Evidence(Form.PDF, pages=(PageSize(*size),), glyphs=(glyph(size=points),))
        assert [finding.code for finding in check_visibility(page).findings] == found


def test_a_page_has_text_and_one_symbol():
    symbols = tuple(Symbol("x", page, (1.0, 2.0, 3.0, 4.0)) for page in (1, 1, 2))
    pages = (PageSize(148.0, 210.0),) * 2
    axis = check_visibility(Evidence(Form.PDF, pages=pages, glyphs=(glyph(),), symbols=symbols))
    assert [(finding.code, finding.place) for finding in axis.findings] == [
        ("SEVERAL_SYMBOLS_ON_PAGE", Place(1)),
        ("PAGE_WITHOUT_TEXT", Place(2)),
    ]
