"""A PDF's title, which readers show above its pages (ISO 32000-1 §12.2, §14.3): words of the page.

In the document information and in the metadata (XMP, ISO 16684-1). There pdf.js goes by the letters
``dc:title``, others by the namespace: so whatever is called a title is one, and so are all words there
that are not those of a program or a day.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import pikepdf
from lxml import etree  # type: ignore[import-untyped]
from pikepdf import Name

from credential.verdict import SubIndication
from verifier.evidence import Flag
from verifier.extraction.characters import Character

_LARGEST: Final = 100_000
"""Bytes of metadata; ours have 3,000."""
_ALIKE: Final = 0.1
"""Points by which letters of one size differ."""
_UNREAD: Final = "〈无法读取〉"


def read_titles(pdf: pikepdf.Pdf) -> tuple[str, ...]:
    """Each that a reader may show; :data:`_UNREAD` where it can't be told."""
    info, metadata = pdf.trailer.get(Name.Info), pdf.Root.get(Name.Metadata)
    held = info if isinstance(info, pikepdf.Dictionary) else pikepdf.Dictionary()
    said = {key: _text(value) for key, value in held.items()}
    found = [words for key, words in said.items() if key == "/Title" or not words.isascii()]
    if isinstance(metadata, pikepdf.Stream):
        found.extend(_in_metadata(metadata))
    elif metadata is not None:
        found.append(_UNREAD)
    return tuple(found)


def _text(said: pikepdf.Object) -> str:
    """Of halves of characters one reader makes nothing, and another letters (§7.9.2.2)."""
    if isinstance(said, pikepdf.String):
        for mark, encoding in ((b"\xfe\xff", "utf-16-be"), (b"\xef\xbb\xbf", "utf-8")):
            if bytes(said).startswith(mark):
                try:
                    return bytes(said)[len(mark) :].decode(encoding)
                except UnicodeDecodeError:
                    return _UNREAD
    return str(said)


def _in_metadata(stream: pikepdf.Stream) -> Iterator[str]:
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, huge_tree=False
    )
    try:
        data = stream.read_bytes()
        # comments, sections and declarations are none of ours; each is another reader's affair; so is
        # an encoding (XML 1.0 §4.3.3): pdf.js takes all for UTF-8, where lxml saw only letters in HZ
        data.decode("utf-8")
        plain = len(data) <= _LARGEST and b"<!" not in data and b"\0" not in data
        root = etree.fromstring(data, parser) if plain else None
    except (pikepdf.PdfError, etree.XMLSyntaxError, ValueError):
        root = None
    if root is None or not all(map(_is_prefixed, root.iter(etree.Element))):
        yield _UNREAD
        return
    for element in root.iter(etree.Element):
        if _is_title(element.tag):
            yield "".join(str(text) for text in element.itertext())
        told = (element.text or "", element.tail or "")
        yield from (text for text in told if not text.isascii())
        for name, text in element.attrib.items():
            if _is_title(name) or not text.isascii():
                yield str(text)


def _is_prefixed(element: etree._Element) -> bool:
    """In HTML, which goes by the letters, a name without a prefix may be a script's, or its style."""
    return element.prefix is not None and all(name.startswith("{") for name in element.attrib)


def _is_title(name: str) -> bool:
    return str(etree.QName(name).localname).lower() == "title"


def odd_titles(titles: Sequence[str], pages: Sequence[Sequence[Character]]) -> Iterator[Flag]:
    """A title is a line of the largest letters, as the printed one is: picked from all over a page they
    could say anything."""
    largest = max((one.size for page in pages for one in page), default=0.0)
    lines: dict[tuple[int, float], list[Character]] = {}
    for number, page in enumerate(pages):
        for one in page:
            if one.size > largest - _ALIKE:
                lines.setdefault((number, round(one.baseline, 1)), []).append(one)
    written = {
        "".join(one.text for one in sorted(line, key=lambda one: one.x)) for line in lines.values()
    }
    # Ghostscript 10 writes of a Chinese title what no reader can show
    bare = {"".join(title.replace("\ufffd", "").split()): None for title in titles}
    odd = [title for title in bare if title and title not in written]
    if odd:
        words = "、".join(title[:40] for title in odd)
        message = f"PDF 的标题或说明不是页面上印的标题（{words}），阅读程序会显示它"
        yield Flag(SubIndication.HIDDEN_CONTENT, "TITLE", message)
