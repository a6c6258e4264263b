"""Fields from lines of OCR: rows by the flat page, labels with a character wrong, two cells in a line."""

from verifier.evidence import Evidence, Form, PageSize, ScannedLine, ScannedPage, ScanState, Symbol
from verifier.lines import LABELS
from verifier.scan_reading import ScannedSegment, fold, read_scan


def line(text: str, x: float, y: float, *, wide: float | None = None) -> ScannedLine:
    """5 mm high; as uploaded it stands 100 mm lower."""
    width = wide if wide is not None else 4.0 * len(text)
    flat = (x, y, x + width, y + 5)
    return ScannedLine(text, (x, y + 100, x + width, y + 105), flat, (0.9,) * len(text))


def scan(*lines: ScannedLine, symbols: tuple[Symbol, ...] = ()) -> Evidence:
    page = ScannedPage(1, ScanState.READ, lines, symbols)
    return Evidence(Form.PICTURE, pages=(PageSize(148, 210),), scanned=(page,))


def values(evidence: Evidence) -> dict[str, str]:
    return {name: item.value for name, item in read_scan(evidence).fields.items()}


def test_labels_and_values_in_cells_of_a_row_that_is_not_quite_level():
    read = values(
        scan(
            line("1200公斤", 50, 41.8),
            line("产品数量：", 15, 40),
            line("草莓", 50, 30),
            line("产品名称:", 15, 31.5),
            line("承诺达标合格证", 40, 10),
        )
    )
    assert read == {"title": "承诺达标合格证", "product": "草莓", "quantity": "1200公斤"}


def test_a_value_goes_on_below_itself():
    read = values(scan(line("产地：", 15, 30), line("浙江省", 50, 30), line("建德市", 50, 36)))
    assert read == {"origin": "浙江省\n建德市"}


def test_a_label_with_one_character_wrong_or_no_colon():
    read = values(
        scan(
            line("统—社会信用代码：93330182MA0TEXT040", 15, 30),
            line("产品名称", 15, 40),
            line("草莓", 50, 40),
        )
    )
    assert read == {"subject_code": "93330182MA0TEXT040", "product": "草莓"}


def test_a_short_label_must_be_exact():
    assert values(scan(line("户地：浙江省", 15, 30))) == {"title": "户地：浙江省"}


def test_a_label_that_may_be_either_of_two_is_none():
    assert {"文件指纹：", "附件指纹："} <= LABELS.keys()
    read = values(scan(line("产地：", 15, 20), line("某件指纹：0f", 15, 30)))
    assert read == {"origin": "某件指纹：0f"}


def test_two_cells_in_one_line():
    evidence = scan(line("产品名称：草莓产品数量：1200公斤", 10, 30, wide=60))
    fields = read_scan(evidence).fields
    assert fields["product"].value == "草莓"
    assert fields["quantity"].value == "1200公斤"
    (piece,) = fields["quantity"].pieces
    assert isinstance(piece, ScannedSegment)
    assert len(piece.confidences) == len("1200公斤")
    assert piece.seen[0] == piece.box[0] > 35
    assert piece.seen[1] == piece.box[1] + 100


def test_the_words_beside_the_symbol_are_its_caption():
    symbol = Symbol("x", 1, (15, 150, 55, 190))
    read = values(scan(line("扫码查验", 60, 165), line("编号：D6ME", 15, 195), symbols=(symbol,)))
    assert read == {"caption": "扫码查验", "number": "D6ME"}


def test_fold_keeps_the_length_of_what_has_no_single_character_form():
    assert fold("（ａ）：—") == "(a):-"
    assert fold("½…") == "½…"
