"""Fuzzing for a stated time: issued files with bytes changed, cut, doubled and moved by hypothesis.

What still passes must say and show what was issued; every file goes through a child as an upload does.
"""

import io
import multiprocessing
import time
import zipfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import count
from typing import Final

import pikepdf
from PIL import Image

from benchmarks.degrading import page_picture
from benchmarks.robustness_edits import pack_docx
from benchmarks.robustness_files import Door, Tally
from benchmarks.robustness_papers import Stage
from benchmarks.sameness import is_same
from certgen.symbol import make_symbol
from credential.qr_text import read_qr_text
from credential.verdict import AxisName, Indication
from verifier.isolation import Isolation
from verifier.verify import verify_text
from verifier.zip_pile import PileError, open_zip

Edit = tuple[str, float, float, bytes]
"""Kind, where it begins and ends (parts of the file), bytes."""
_KINDS: Final = ("overwrite", "insert", "delete", "double", "move", "cut", "flip")
_EXAMPLES: Final = 5
"""Files of one form before the next form has its turn."""
_BODY: Final = "word/document.xml"
_SHORTEST: Final = 24
"""Bytes: of a span that is deleted, doubled or moved, the most."""
BODY: Final = "DOCX body"
ZIP: Final = "ZIP"
QR_TEXT: Final = "QR text"
FORMS: Final = ("PDF", "PDF, inflated", "label", "DOCX", BODY, "PNG", ZIP, QR_TEXT)
_QR_TURNS: Final = 20
"""Texts cost nothing: so many times as many."""


def fuzz(stage: Stage, seed: int, seconds: int, processes: int) -> Tally:
    tally = Tally()
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        tasks = [
            pool.submit(_fuzz_for, stage, seed * 1000 + place, seconds)
            for place in range(processes)
        ]
        for task in tasks:
            tally.add(task.result())
    return tally


def _fuzz_for(stage: Stage, seed: int, seconds: int) -> Tally:
    tally = Tally()
    samples = issued(stage)
    until = time.monotonic() + seconds
    with Isolation(workers=1) as isolation:
        door = Door(stage, isolation, tally)
        for number in count():
            for form in FORMS:
                if time.monotonic() > until:
                    return tally
                _round(door, form, samples[form], seed * 10_000 + number)
    raise AssertionError("count() has no end")


def _round(door: Door, form: str, data: bytes, number: int) -> None:
    # a development dependency: only for who fuzzes
    from hypothesis import HealthCheck, Phase, given, seed, settings  # noqa: PLC0415
    from hypothesis import strategies as st  # noqa: PLC0415

    part = st.floats(0, 1)
    edits = st.lists(
        st.tuples(st.sampled_from(_KINDS), part, part, st.binary(min_size=1, max_size=8)),
        min_size=1,
        max_size=4,
    )

    @seed(number)
    @settings(
        max_examples=_EXAMPLES * (_QR_TURNS if form == QR_TEXT else 1),
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(edits)
    def one(chosen: Sequence[Edit]) -> None:
        try_file(door, form, data, chosen)

    one()


def try_file(door: Door, form: str, data: bytes, edits: Sequence[Edit]) -> None:
    name = f"{form} {edits!r}"[:300]
    if form == QR_TEXT:
        _try_text(door, data, changed(data, edits), name)
    elif form == ZIP:
        _try_pile(door, data, changed(data, edits), name)
    else:
        made = _with_body(data, edits) if form == BODY else changed(data, edits)
        _try_one(door, form, data, made, name)


def _try_one(door: Door, form: str, data: bytes, made: bytes, name: str) -> None:
    verdict = door.upload(form, name, made)
    if verdict is None or verdict.indication is not Indication.PASSED:
        return
    door.tally.counts[f"{form}, the same in text and picture"] += 1
    if not is_same(data, made):
        door.tally.passed.append(name)


def _try_pile(door: Door, data: bytes, made: bytes, name: str) -> None:
    door.tally.counts[ZIP] += 1
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = [archive.read(member) for member in archive.namelist()]
    try:
        items = list(open_zip(io.BytesIO(made)).items())
    except PileError:
        return
    except Exception as error:  # it is what is looked for
        door.tally.error(name, error)
        return
    for item in items:
        if not isinstance(item.content, bytes) or item.content in members:
            continue
        verdict = door.upload("ZIP member", name, item.content)
        passed = verdict is not None and verdict.indication is Indication.PASSED
        if passed and not any(is_same(member, item.content) for member in members):
            door.tally.passed.append(name)


def _try_text(door: Door, data: bytes, made: bytes, name: str) -> None:
    stage, tally = door.stage, door.tally
    tally.counts[QR_TEXT] += 1
    text = made.decode("utf-8", "replace")
    try:
        verdict = verify_text(text, trust=stage.trust, at=stage.at, records=stage.records)
    except Exception as error:  # it is what is looked for
        tally.error(name, error)
        return
    axis = next(axis for axis in verdict.axes if axis.name is AxisName.CREDENTIAL)
    if axis.indication is Indication.PASSED:
        tally.counts["QR text, the same credential"] += 1
        if read_qr_text(text)[1] != read_qr_text(data.decode())[1]:
            tally.passed.append(name)


def issued(stage: Stage) -> Mapping[str, bytes]:
    """One honest file of each form."""

    def drawn(style: str) -> bytes:
        paper = next(one for one in stage.papers if one.name == style)
        return paper.draw(paper.document)

    page, letter, label = drawn("a5"), drawn("letter DOCX"), drawn("one-bag")
    first = stage.papers[0].document
    output = io.BytesIO()
    picture = page_picture(drawn("one-fruit"), 300)
    Image.fromarray(picture).save(output, "PNG")
    return {
        "PDF": page,
        "PDF, inflated": _inflated(page),
        "label": label,
        "DOCX": letter,
        BODY: letter,
        "PNG": output.getvalue(),
        ZIP: pack_docx(
            [("a.pdf", label), ("b.docx", letter), ("c.png", make_symbol(first.qr_text).png(4))]
        ),
        QR_TEXT: first.qr_text.encode(),
    }


def _inflated(data: bytes) -> bytes:
    """As plain as a PDF can be: a changed byte changes what it says, and not the deflate stream."""
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as opened:
        opened.save(
            output,
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
        )
    return output.getvalue()


def _with_body(data: bytes, edits: Sequence[Edit]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[_BODY] = changed(parts[_BODY], edits)
    return pack_docx(parts.items())


def changed(data: bytes, edits: Sequence[Edit]) -> bytes:
    """The edits one after another; never empty of effect by design, though it may be by chance."""
    for kind, begin, end, held in edits:
        at = int(begin * max(len(data) - 1, 0))
        to = min(len(data), at + 1 + int(end * _SHORTEST))
        span = data[at:to]
        if kind == "overwrite":
            data = data[:at] + held + data[at + len(held) :]
        elif kind == "insert":
            data = data[:at] + held + data[at:]
        elif kind == "delete":
            data = data[:at] + data[to:]
        elif kind == "double":
            data = data[:to] + span + data[to:]
        elif kind == "move":
            rest = data[:at] + data[to:]
            other = int(end * len(rest))
            data = rest[:other] + span + rest[other:]
        elif kind == "cut":
            data = data[: len(data) - int((1 - begin) * len(data) * end)]
        elif span:
            data = data[:at] + bytes([span[0] ^ (1 << held[0] % 8)]) + data[at + 1 :]
    return data
