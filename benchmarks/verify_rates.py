"""How many a second: uploads over HTTP on all processors, and scans of a bare symbol on one.

Uploads go to ``zhengxin serve`` in a process of its own by ``POST /api/v1/verify``, files of both
kinds in turn, over as many connections as there are processors and half as many more. Scans are
called in this process: the text alone, as a phone's own reader sends it; the pixels, as a camera
gives them; and the picture file, as it is uploaded.
"""

import http.client
import io
import json
import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

from benchmarks.measuring import BenchmarkError, Figure
from benchmarks.office import BASE_URL, SampleOffice, record
from benchmarks.serving import serving_office
from certgen.symbol import make_symbol
from credential.qr_text import write_qr_text
from credential.verdict import Indication, Verdict
from registry.records import RegistryRecords
from service.trust import current_trust_list
from verifier.extraction.picture import read_picture
from verifier.extraction.symbols import read_symbols
from verifier.limits import Limits
from verifier.verify import verify_text

T = TypeVar("T")
UPLOADS: Final = 8.0
SCANS: Final = 1_000.0
"""A second: what is to be reached."""
_BOUNDARY: Final = "zhengxin-bench"
_MODULE: Final = (3, 4, 6)
"""Pixels to the module of the pictures."""
_FRAME: Final = (640, 480)
_BLUR: Final = 0.8


def uploads_a_second(office: SampleOffice, files: Sequence[bytes], requests: int) -> Figure:
    """``requests``: uploads in all; each must pass."""
    connections = (os.cpu_count() or 1) * 3 // 2
    with serving_office(office.office.home) as port:
        _post(port, [*files[:2]] * connections, connections)
        began = time.perf_counter()
        _post(port, [files[place % len(files)] for place in range(requests)], connections)
        seconds = time.perf_counter() - began
    return Figure("HTTP: PDFs on all processors", "/s", (requests / seconds,), least=UPLOADS)


def _post(port: int, files: Sequence[bytes], connections: int) -> None:
    parts = [files[start::connections] for start in range(connections)]
    with ThreadPoolExecutor(connections) as pool:
        for _ in pool.map(lambda part: _post_each(port, part), parts):
            pass


def _post_each(port: int, files: Sequence[bytes]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        for data in files:
            connection.request("POST", "/api/v1/verify", _form(data), {"content-type": _TYPE})
            answer = connection.getresponse()
            said = answer.read()
            if answer.status != 200 or json.loads(said)["indication"] != "TOTAL-PASSED":
                raise BenchmarkError(f"HTTP {answer.status}: {said[:200].decode()}")
    finally:
        connection.close()


_TYPE: Final = f"multipart/form-data; boundary={_BOUNDARY}"


def _form(data: bytes) -> bytes:
    head = 'Content-Disposition: form-data; name="file"; filename="bench.pdf"'
    return f"--{_BOUNDARY}\r\n{head}\r\n\r\n".encode() + data + f"\r\n--{_BOUNDARY}--\r\n".encode()


def scans_a_second(office: SampleOffice, certificates: int, rounds: int) -> list[Figure]:
    """Of CPU time, in this one process; ``certificates``: different ones, each scanned every round."""
    trust, _ = current_trust_list(office.office, office.at)
    records = RegistryRecords(office.office.registry)
    texts = [
        write_qr_text(one.message, BASE_URL) for one in record(office.certificates, certificates)
    ]
    limits = Limits()

    def judged(text: str) -> Verdict:
        return verify_text(text, trust=trust, at=office.at, records=records)

    def seen(picture: npt.NDArray[np.uint8]) -> Verdict:
        return judged(read_symbols(picture)[0].text)

    def uploaded(data: bytes) -> Verdict:
        return judged(read_picture(data, limits).symbols[0].text)

    figures = [_rate("scan: text alone", judged, texts, rounds)]
    few = texts[: max(1, certificates // 10)]
    frames = [_frame(text) for text in few]
    name = "scan: camera frame {}×{}, blurred".format(*_FRAME)
    figures.append(_rate(name, seen, frames, rounds))
    for pixels in _MODULE:
        pictures = [make_symbol(text).png(pixels) for text in few]
        figures.append(_rate(f"scan: PNG of {pixels} px a module", uploaded, pictures, rounds))
    return figures


def _rate(name: str, scan: Callable[[T], Verdict], things: Sequence[T], rounds: int) -> Figure:
    scan(things[0])
    rates = []
    for _ in range(rounds):
        began = time.process_time()
        for thing in things:
            if scan(thing).axes[0].indication is not Indication.PASSED:
                raise BenchmarkError(f"{name}: a genuine symbol was not accepted")
        rates.append(len(things) / (time.process_time() - began))
    return Figure(name, "/s", tuple(rates), least=SCANS)


def _frame(text: str) -> npt.NDArray[np.uint8]:
    """The symbol as a phone's camera sees it: gray paper, out of focus, off the middle."""
    with Image.open(io.BytesIO(make_symbol(text).png(4))) as symbol:
        frame = Image.new("L", _FRAME, 215)
        frame.paste(symbol.convert("L").point(lambda value: 30 + value * 185 // 255), (150, 90))
    return np.asarray(frame.rotate(4, fillcolor=215).filter(ImageFilter.GaussianBlur(_BLUR)))
