"""The output of a job that is no PDF: printer commands in one file, pictures in one ZIP."""

import zipfile
from collections.abc import Iterable, Iterator
from typing import BinaryIO, Final

from certgen.label_drawing import LabelDrawer
from certgen.label_files import Format, LabelFiles
from service.bulk.parts import PDF_NAME, Part

_NAMES: Final = {
    Format.PNG: "labels-png.zip",
    Format.SVG: "labels-svg.zip",
    Format.ZPL: "labels.zpl",
    Format.TSPL: "labels.tspl",
}
# a picture's own time would make the same job another file each time
_TIME: Final = (1980, 1, 1, 0, 0, 0)


def output_name(drawer: LabelDrawer | LabelFiles) -> str:
    """Of the one file that a job writes beside its manifest."""
    return _NAMES[drawer.format] if isinstance(drawer, LabelFiles) else PDF_NAME


def join_files(
    parts: Iterable[Part], output: BinaryIO, manifest: BinaryIO, drawer: LabelFiles
) -> int:
    """Write the one file and its manifest (without head), a part in memory at a time; how many labels.

    The manifest names each picture as it is called in the ZIP, and counts printer commands as pages.
    """
    if drawer.format in {Format.ZPL, Format.TSPL}:
        return _join_commands(parts, output, manifest, output_name(drawer))
    # a PNG is compressed already
    method = zipfile.ZIP_DEFLATED if drawer.format is Format.SVG else zipfile.ZIP_STORED
    count = 0
    with zipfile.ZipFile(output, "w", method) as archive:
        for number, rest, content in _labels(parts):
            name = f"{number}.{drawer.format}"
            archive.writestr(zipfile.ZipInfo(name, _TIME), content, method)
            manifest.write(f"{number},{name},1,{rest}".encode())
            count += 1
    return count


def _join_commands(parts: Iterable[Part], output: BinaryIO, manifest: BinaryIO, name: str) -> int:
    count = 0
    for number, rest, content in _labels(parts):
        output.write(content)
        count += 1
        manifest.write(f"{number},{name},{count},{rest}".encode())
    return count


def _labels(parts: Iterable[Part]) -> Iterator[tuple[str, str, bytes]]:
    """Number, the end of its line in the manifest, and content of each label."""
    for part in parts:
        for content, line in zip(part.drawn.pages, part.lines.splitlines(True), strict=True):
            number, _, _, rest = line.split(",", 3)
            yield number, rest, content
