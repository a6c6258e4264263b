"""PDFs as they are written, byte by byte, with no library that would mend them."""

import io
from collections.abc import Mapping
from itertools import accumulate
from typing import Final

import pikepdf

from tests.verifier import paper

ISSUED: Final = paper.pdf(paper.producer())
FREE: Final = b"0000000000 65535 f \n"
BLOT: Final = b"q 0 g 165 460 30 8 re f Q"


class Written:
    """Our page, whose objects are altered and then put one by one."""

    def __init__(self, issued: bytes = ISSUED) -> None:
        self.out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
        self.at: dict[int, int] = {}
        with pikepdf.open(io.BytesIO(issued)) as opened:
            self.objects = {item.objgen[0]: _text(item) for item in opened.objects}
            self.root = opened.trailer.Root.objgen[0]
            self.tree = opened.Root.Pages.objgen[0]
            self.page = opened.pages[0].obj.objgen[0]
            self.content = opened.pages[0].Contents.objgen[0]
        self.new = max(self.objects) + 1
        self.altered = stream(data_of(self.objects[self.content]) + b"\n" + BLOT)

    def on_page(self, old: bytes, new: bytes) -> None:
        assert old in self.objects[self.page]
        self.objects[self.page] = self.objects[self.page].replace(old, new)

    def put(self, number: int, text: bytes) -> int:
        at = len(self.out)
        self.out += b"%d 0 obj\n%b\nendobj\n" % (number, text)
        return at

    def put_all(self) -> None:
        for number, text in self.objects.items():
            self.at[number] = self.put(number, text)

    def table(
        self,
        rows: Mapping[int, bytes] | None = None,
        behind: bytes = b"",
        trailer: bytes = b"",
    ) -> bytes:
        """``rows``: instead of the honest ones; ``behind``: a further subsection."""
        size = max(self.at) + 1
        plain = {number: b"%010d 00000 n \n" % at for number, at in self.at.items()}
        known = {**plain, **(rows or {})}
        start = len(self.out)
        self.out += b"xref\n0 %d\n" % size
        self.out += FREE + b"".join(known.get(number, FREE) for number in range(1, size))
        self.out += behind + b"trailer\n<</Size %d/Root %d 0 R%b>>\n" % (size, self.root, trailer)
        self.out += b"startxref\n%d\n%%%%EOF\n" % start
        return bytes(self.out)

    def streamed(
        self,
        packed: Mapping[int, tuple[int, int]] | None = None,
        twice: int | None = None,
        wide: tuple[int, int, int] = (1, 4, 2),
    ) -> bytes:
        """``packed``: object stream and place of a number; ``twice``: a second place of the content;
        ``wide``: bytes of each field."""
        number = max([*self.objects, *self.at, *(packed or {})]) + 1
        rows = [(0, 0, 65535), *((0, 0, 0) for _ in range(1, number)), (1, len(self.out), 0)]
        for known, at in self.at.items():
            rows[known] = (1, at, 0)
        for known, (holder, place) in (packed or {}).items():
            rows[known] = (2, holder, place)
        index = b""
        if twice is not None:
            index = b"/Index[0 %d %d 1]" % (number + 1, self.content)
            rows.append((1, twice, 0))
        data = b"".join(
            value.to_bytes(size) for row in rows for value, size in zip(row, wide, strict=True)
        )
        said = b"/Type/XRef/W[%d %d %d]%b/Size %d/Root %d 0 R"
        entries = said % (*wide, index, number + 1, self.root)
        start = self.put(number, stream(data, entries))
        self.out += b"startxref\n%d\n%%%%EOF\n" % start
        return bytes(self.out)

    def pack(self, holder: int, held: list[tuple[int, bytes]], more: bytes = b"") -> None:
        starts = accumulate((len(text) + 1 for _, text in held), initial=0)
        head = b"".join(b"%d %d " % (n, at) for (n, _), at in zip(held, starts, strict=False))
        body = b" ".join(text for _, text in held)
        entries = b"/Type/ObjStm/N %d/First %d%b" % (len(held), len(head), more)
        self.at[holder] = self.put(holder, stream(head + body, entries))


def stream(data: bytes, entries: bytes = b"") -> bytes:
    return b"<<%b/Length %d>>\nstream\n%b\nendstream" % (entries, len(data), data)


def data_of(text: bytes) -> bytes:
    return text.split(b"stream\n", 1)[1].rsplit(b"\nendstream", 1)[0]


def _text(item: pikepdf.Object) -> bytes:
    if not isinstance(item, pikepdf.Stream):
        return item.unparse(resolved=True)
    left = {"/Filter", "/DecodeParms", "/Length"}
    entries = pikepdf.Dictionary({key: value for key, value in item.items() if key not in left})
    return stream(item.read_bytes(), entries.unparse()[2:-2])


def honest_table(file: Written) -> bytes:
    file.put_all()
    return file.table()


def honest_streams(file: Written, more: bytes = b"") -> bytes:
    page, tree = file.objects.pop(file.page), file.objects.pop(file.tree)
    file.put_all()
    file.pack(file.new, [(file.tree, tree), (file.page, page)], more)
    return file.streamed({file.tree: (file.new, 0), file.page: (file.new, 1)})


def honest_update(file: Written) -> bytes:
    """The page redefined in a second section, as a seal does it."""
    file.put_all()
    data = file.table()
    before, size = data.rfind(b"xref\n0 "), max(file.at) + 1
    at = file.put(file.page, file.objects[file.page])
    start = len(file.out)
    file.out += b"xref\n%d 1\n%010d 00000 n \n" % (file.page, at)
    file.out += b"trailer\n<</Size %d/Root %d 0 R/Prev %d>>\n" % (size, file.root, before)
    file.out += b"startxref\n%d\n%%%%EOF\n" % start
    return bytes(file.out)
