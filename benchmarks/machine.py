"""What the figures were measured on."""

import os
import platform
import sqlite3
from importlib.metadata import version
from pathlib import Path
from typing import Final

_PACKAGES: Final = (
    "cbor2",
    "cryptography",
    "fastapi",
    "pdfplumber",
    "pikepdf",
    "pypdfium2",
    "segno",
    "sqlalchemy",
    "starlette",
    "typst",
    "uvicorn",
    "zxing-cpp",
)


def machine() -> dict[str, str | int | float]:
    """CPU, versions, and the load average of the last minute: how busy others keep the machine."""
    return {
        "cpu": cpu_model(),
        "processors": os.cpu_count() or 1,
        "system": platform.platform(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "load": round(os.getloadavg()[0], 2),
        **{name: version(name) for name in _PACKAGES},
    }


def cpu_model(cpuinfo: Path = Path("/proc/cpuinfo")) -> str:
    if cpuinfo.exists():
        for line in cpuinfo.read_text("utf-8", "replace").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()
