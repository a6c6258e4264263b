"""A DOCX with anything that hides or fetches: said or refused, and no file or socket is touched.

Touching is watched three ways: by Python's audit events, by the kernel (inotify) on the folder that
the files name, and by a listening socket that nobody may connect to; libxml2 opens files without
Python knowing.
"""

import contextlib
import ctypes
import os
import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest

from credential.verdict import AxisName, Indication, SubIndication, Verdict
from tests.verifier import paper
from verifier.extraction.docx_package import BODY

ISSUED = paper.pledge()
KNOWN = paper.known(ISSUED)
HONEST = paper.docx_of(ISSUED)
NAME = ISSUED.fields["promisor"]
RELATIONS = "word/_rels/document.xml.rels"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
R = f'xmlns:r="{OFFICE}" r:id="rId99"'
Parts = dict[str, bytes]
Edit = Callable[[Parts, str], None]
"""Parts of the honest letter, and the address that is to be fetched."""

IN_ACCESS, IN_OPEN, IN_NONBLOCK = 0x1, 0x20, 0x800  # linux/inotify.h
_WATCHED: Final = (
    "open",
    "socket.",
    "subprocess.",
    "os.system",
    "os.exec",
    "ctypes.dlopen",
    "urllib.",
)


@dataclass
class Watch:
    """An audit hook stays for ever, so it is switched on and off."""

    on: bool = False
    touched: list[str] = field(default_factory=list)

    def hear(self, event: str, _arguments: Any) -> None:
        if self.on and event.startswith(_WATCHED):
            self.touched.append(event)

    def __enter__(self) -> None:
        self.touched.clear()
        self.on = True

    def __exit__(self, *_: object) -> None:
        self.on = False


WATCH: Final = Watch()
sys.addaudithook(WATCH.hear)


@dataclass(frozen=True)
class Bait:
    """``addresses``: a file and a server; :meth:`taken` says what touched either."""

    folder: Path
    events: int
    server: socket.socket

    @property
    def addresses(self) -> tuple[str, str]:
        port = self.server.getsockname()[1]
        return (self.folder / "secret.txt").as_uri(), f"http://127.0.0.1:{port}/secret.txt"

    def taken(self) -> list[object]:
        found: list[object] = list(WATCH.touched)
        with contextlib.suppress(BlockingIOError):
            found.append(os.read(self.events, 4096))
        with contextlib.suppress(BlockingIOError):
            connection, _ = self.server.accept()
            connection.close()
            found.append("a connection")
        return found


@pytest.fixture
def bait(tmp_path: Path) -> Iterator[Bait]:
    (tmp_path / "secret.txt").write_text("9200")
    libc = ctypes.CDLL(None, use_errno=True)
    events = libc.inotify_init1(IN_NONBLOCK)
    assert libc.inotify_add_watch(events, str(tmp_path).encode(), IN_OPEN | IN_ACCESS) > 0
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        server.setblocking(False)
        yield Bait(tmp_path, events, server)
    os.close(events)


def watched(data: bytes) -> Verdict:
    """The verdict; what was touched meanwhile is in the bait."""
    with WATCH:
        return paper.check(data, KNOWN)


paper.check(HONEST, KNOWN)  # what Python imports the first time is no part of it


def test_the_watch_sees_what_is_touched(bait: Bait) -> None:
    with WATCH:
        (bait.folder / "secret.txt").read_text()
        socket.create_connection(bait.server.getsockname()).close()
    taken = bait.taken()
    assert {"open", "socket.connect", "a connection"} <= set(map(str, taken))
    assert any(isinstance(item, bytes) for item in taken), "the kernel's event"


def insert(parts: Parts, xml: str, before: str = "</w:p>") -> None:
    """``xml`` at the end of the first paragraph."""
    body = parts[BODY].decode()
    parts[BODY] = body.replace(before, xml + before, 1).encode()


def relate(
    parts: Parts, kind: str, target: str, mode: str = "External", of: str = RELATIONS
) -> None:
    relation = (
        f'<Relationship Id="rId99" Type="{OFFICE}/{kind}" Target="{target}" TargetMode="{mode}"/>'
    )
    empty = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
    text = parts.get(of, empty.encode()).decode()
    parts[of] = text.replace("</Relationships>", relation + "</Relationships>").encode()


def external(kind: str, xml: str = "") -> Edit:
    def edit(parts: Parts, address: str) -> None:
        relate(parts, kind, address)
        insert(parts, xml)

    return edit


def settings_template(parts: Parts, address: str) -> None:
    relate(parts, "attachedTemplate", address, of="word/_rels/settings.xml.rels")


def inside_chunk(parts: Parts, _address: str) -> None:
    parts["word/chunk.html"] = "<p>数量：9200公斤</p>".encode()
    relate(parts, "aFChunk", "chunk.html", "Internal")
    insert(parts, f"<w:altChunk {R}/>", "<w:sectPr")


def run(xml: str) -> Edit:
    return lambda parts, address: insert(parts, xml.replace("ADDRESS", address))


def computed(words: str) -> Edit:
    return run(f'<w:fldSimple w:instr="{words}"><w:r><w:t>9</w:t></w:r></w:fldSimple>')


def macros(parts: Parts, _address: str) -> None:
    parts["word/vbaProject.bin"] = b"\xd0\xcf\x11\xe0"
    relate(parts, "vbaProject", "vbaProject.bin", "Internal")


VML = 'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
BOX = "<w:txbxContent><w:p><w:r><w:t>9200</w:t></w:r></w:p></w:txbxContent>"
SHAPE = (
    '<w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
    '<mc:Choice Requires="wps"><wps:wsp xmlns:wps="http://schemas.microsoft.com/office/word/2010/'
    f'wordprocessingShape"><wps:txbx>{BOX}</wps:txbx></wps:wsp></mc:Choice></mc:AlternateContent></w:r>'
)
SEEN: dict[str, Edit] = {
    "insertion": run('<w:ins w:id="1" w:author="x"><w:r><w:t>0</w:t></w:r></w:ins>'),
    "deletion": run('<w:del w:id="1" w:author="x"><w:r><w:delText>0</w:delText></w:r></w:del>'),
    "moved away": run('<w:moveFrom w:id="1" w:author="x"><w:r><w:t>0</w:t></w:r></w:moveFrom>'),
    "format revised": run('<w:r><w:rPr><w:rPrChange w:id="1" w:author="x"/></w:rPr></w:r>'),
    "vanish": run("<w:r><w:rPr><w:vanish/></w:rPr><w:t>9200</w:t></w:r>"),
    "hidden on the web": run("<w:r><w:rPr><w:webHidden/></w:rPr><w:t>9200</w:t></w:r>"),
    "VML text box": run(f"<w:r><w:pict><v:textbox {VML}>{BOX}</v:textbox></w:pict></w:r>"),
    "shape's text box": run(SHAPE),
    "altChunk inside": inside_chunk,
    "altChunk outside": external("aFChunk", f"<w:altChunk {R}/>"),
    "template": external("attachedTemplate"),
    "template of the settings": settings_template,
    "linked picture": external(
        "image", f"<w:r><w:pict><v:imagedata {VML} {R.replace('r:id', 'r:href')}/></w:pict></w:r>"
    ),
    "linked object": external(
        "oleObject",
        f'<w:r><w:object><o:OLEObject {VML} Type="Link" {R}/></w:object></w:r>',
    ),
    "hyperlink": external("hyperlink", f"<w:hyperlink {R}><w:r><w:t>9</w:t></w:r></w:hyperlink>"),
    "subdocument": external("subDocument", f"<w:subDoc {R}/>"),
    "frame": external("frame"),
    "field that includes text": computed("INCLUDETEXT ADDRESS"),
    "field that includes a picture": computed("INCLUDEPICTURE ADDRESS"),
    "field that starts a program": computed("DDEAUTO cmd calc"),
    "macros": macros,
}


@pytest.mark.parametrize("kind", SEEN)
def test_what_hides_or_fetches_is_said(kind: str, bait: Bait) -> None:
    for address in bait.addresses:
        data = paper.repack(HONEST, lambda parts, to=address: SEEN[kind](parts, to))
        assert data != paper.repack(HONEST, lambda _: None)
        verdict = watched(data)
        assert bait.taken() == []
        visibility = paper.axis(verdict, AxisName.VISIBILITY)
        assert (visibility.indication, visibility.sub_indication) == (
            Indication.INDETERMINATE,
            SubIndication.HIDDEN_CONTENT,
        )
        assert verdict.indication is not Indication.PASSED


DTDS = {
    "external entity": '<!DOCTYPE x [<!ENTITY e SYSTEM "ADDRESS">]>',
    "external subset": '<!DOCTYPE x SYSTEM "ADDRESS">',
    "parameter entity": '<!DOCTYPE x [<!ENTITY % p SYSTEM "ADDRESS"> %p;]>',
    "entities in entities": '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]>",
}


@pytest.mark.parametrize("part", [BODY, "word/settings.xml", RELATIONS])
@pytest.mark.parametrize("kind", DTDS)
def test_a_dtd_is_refused_unread(kind: str, part: str, bait: Bait) -> None:
    entity = {"external entity": "&e;", "entities in entities": "&i;"}.get(kind, "")
    for address in bait.addresses:

        def edit(parts: Parts, to: str = address) -> None:
            head, mark, rest = parts[part].decode().partition("?>")
            if part == BODY:
                rest = rest.replace(f"<w:t>{NAME}</w:t>", f"<w:t>{NAME}{entity}</w:t>")
            parts[part] = (head + mark + DTDS[kind].replace("ADDRESS", to) + rest).encode()

        verdict = watched(paper.repack(HONEST, edit))
        assert bait.taken() == []
        assert (verdict.indication, verdict.sub_indication) == (
            Indication.INDETERMINATE,
            SubIndication.UNSUPPORTED_FORMAT,
        )
        message = verdict.axes[0].findings[0].message
        assert message in {"DOCX 内的 XML 带有 DTD，拒绝读取", "DOCX 内的 XML 损坏"}
