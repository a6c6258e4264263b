"""Honest documents as other programs save them anew: optimised, printed, pictured, opened and saved."""

import io
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import pikepdf
import pypdfium2 as pdfium  # type: ignore[import-untyped]
from PIL import Image

Save = Callable[[bytes], bytes]
Ways = Mapping[str, tuple[str | None, Save]]


def saved_by(program: str, *arguments: str, made: str = "out.pdf", given: str = "in.pdf") -> Save:
    """Run a program in an empty folder that holds the document as ``given``."""

    def save(data: bytes) -> bytes:
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder)
            (place / given).write_bytes(data)
            profile = (
                [f"-env:UserInstallation=file://{folder}/home"] if program == "soffice" else []
            )
            command = [program, *profile, *arguments]
            subprocess.run(command, cwd=place, check=True, capture_output=True, timeout=120)
            return (place / made).read_bytes()

    return save


def _recompressed(data: bytes) -> bytes:
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as opened:
        packed = pikepdf.ObjectStreamMode.generate
        opened.save(output, recompress_flate=True, object_stream_mode=packed, linearize=True)
    return output.getvalue()


def _turned(data: bytes) -> bytes:
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as opened:
        opened.pages[0].rotate(90, relative=False)
        opened.save(output)
    return output.getvalue()


def _pictured(dpi: int, kind: str, turn: int = 0) -> Save:
    """As a PDF with all pages; as a picture the first one."""

    def save(data: bytes) -> bytes:
        output = io.BytesIO()
        images = []
        for page in pdfium.PdfDocument(data):
            gray = page.render(scale=dpi / 72, grayscale=True).to_numpy()
            image = Image.fromarray(gray.reshape(gray.shape[:2]))
            images.append(image.rotate(turn, expand=True))
        more = {"save_all": True, "append_images": images[1:]} if kind == "PDF" else {}
        images[0].save(output, kind, dpi=(dpi, dpi), resolution=dpi, **more)
        return output.getvalue()

    return save


SAME_LETTERS: Final[Ways] = {
    "as issued": (None, bytes),
    "recompressed, linearised": (None, _recompressed),
    "turned by its reader": (None, _turned),
    "qpdf --linearize": ("qpdf", saved_by("qpdf", "--linearize", "in.pdf", "out.pdf")),
    "qpdf --qdf": ("qpdf", saved_by("qpdf", "--qdf", "in.pdf", "out.pdf")),
    "mutool clean": ("mutool", saved_by("mutool", "clean", "-gggz", "in.pdf", "out.pdf")),
    "cairo (print to file)": ("pdftocairo", saved_by("pdftocairo", "-pdf", "in.pdf", "out.pdf")),
    "ghostscript": (
        "gs",
        saved_by("gs", "-q", "-dBATCH", "-dNOPAUSE", "-sDEVICE=pdfwrite", "-sOutputFile=out.pdf", "in.pdf"),
    ),
    "ghostscript, for e-books": (
        "gs",
        saved_by("gs", "-q", "-dBATCH", "-dNOPAUSE", "-sDEVICE=pdfwrite", "-dPDFSETTINGS=/ebook",
            "-sOutputFile=out.pdf", "in.pdf"),
    ),
    "ps2pdf": ("ps2pdf", saved_by("ps2pdf", "in.pdf", "out.pdf")),
}  # fmt: skip
"""Name -> program and way. The letters are still ours: PASSED."""
OTHER_LETTERS: Final[Ways] = {
    "150 dpi PNG": (None, _pictured(150, "PNG")),
    "300 dpi JPEG": (None, _pictured(300, "JPEG")),
    "300 dpi JPEG, turned": (None, _pictured(300, "JPEG", 90)),
    "150 dpi picture in a PDF": (None, _pictured(150, "PDF")),
    "300 dpi picture in a PDF": (None, _pictured(300, "PDF")),
    "mutool convert": ("mutool", saved_by("mutool", "convert", "-o", "out.pdf", "in.pdf")),
    "LibreOffice Draw": (
        "lodraw",
        saved_by("soffice", "--headless", "--infilter=draw_pdf_import", "--convert-to",
            "pdf:draw_pdf_Export", "--outdir", "out", "in.pdf", made="out/in.pdf"),
    ),
}  # fmt: skip
"""The letters are pictures, have lost their text, or are of another font: never FAILED."""
OF_A_DOCX: Final[Ways] = {
    f"DOCX by LibreOffice to {kind}": (
        "soffice",
        saved_by("soffice", "--headless", "--convert-to", kind, "--outdir", "out", "in.docx",
            made=f"out/in.{kind}", given="in.docx"),
    )
    for kind in ("pdf", "docx")
}  # fmt: skip


def is_installed(program: str | None) -> bool:
    return program is None or shutil.which(program) is not None
