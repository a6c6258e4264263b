"""Public files that bear no credential of ours: on this machine, and in source packages of PyPI.

They are read where they lie, in memory, and never kept or copied.
"""

import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Final

from verifier.limits import Limits

SDISTS: Final = (
    *("pypdf==7.1.0", "pyhanko==0.38.0", "pikepdf==10.17.0", "pypdfium2==5.15.2"),
    *("pdfminer.six==20260107", "python-docx==1.2.0", "pillow==13.0.0", "reportlab==5.1.0"),
)
"""Source packages with sample files."""
FOLDER: Final = "BENCH_SDISTS"
"""Names a folder of source packages, so that nothing is downloaded."""
_KINDS: Final = {
    ".pdf": "PDF", ".docx": "DOCX", ".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG",
    ".gif": "other", ".bmp": "other", ".tif": "other", ".tiff": "other", ".webp": "other",
    ".xlsx": "other", ".odt": "other", ".zip": "other", ".svg": "other",
}  # fmt: skip
_MOST: Final = {"PDF": 1000, "DOCX": 1000, "PNG": 250, "JPEG": 150, "other": 100}
"""Of each kind, chosen by the seed: there are thousands of pictures."""
_HERE: Final = (Path(sys.prefix), Path(sys.base_prefix), Path("/usr/share"))
_SECONDS: Final = 900

Foreign = tuple[str, str, bytes]
"""Kind, name, bytes."""


def foreign_files(folder: Path, seed: int) -> list[Foreign]:
    """``folder``: where source packages are, or are downloaded to."""
    given = os.environ.get(FOLDER)
    packages = Path(given) if given else download(folder)
    found: dict[str, list[Foreign]] = {}
    known: set[bytes] = set()
    for kind, name, data in (*_in_packages(packages), *_on_this_machine()):
        if data not in known:
            known.add(data)
            found.setdefault(kind, []).append((kind, name, data))
    random = Random(seed)
    return [
        file
        for kind, files in sorted(found.items())
        for file in random.sample(files, min(len(files), _MOST[kind]))
    ]


def download(folder: Path) -> Path:
    """By pip, each by itself: what can't be had is left out, and the counts say so."""
    for package in SDISTS:
        command = (
            *(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"),
            *("--no-binary", ":all:", "--dest", str(folder), package),
        )
        subprocess.run(command, check=False, capture_output=True, timeout=_SECONDS)
    return folder


def _in_packages(folder: Path) -> Iterator[Foreign]:
    for package in sorted(folder.glob("*.tar.gz")):
        with tarfile.open(package) as archive:
            for member in archive:
                kind = _KINDS.get(Path(member.name).suffix.lower())
                if kind is None or not member.isfile() or member.size > Limits().upload:
                    continue
                opened = archive.extractfile(member)
                if opened is not None:
                    yield kind, member.name, opened.read()


def _on_this_machine() -> Iterator[Foreign]:
    for folder in _HERE:
        for path in sorted(folder.rglob("*")):
            kind = _KINDS.get(path.suffix.lower())
            if kind is None or path.is_symlink() or not path.is_file():
                continue
            if path.stat().st_size <= Limits().upload:
                yield kind, str(path), path.read_bytes()
