"""What a child does in a test in place of the extraction. A module of its own, light to import: a
child imports the module of the function that it runs, and a test's own draws pages first."""

import ctypes
import mmap
import os
from contextlib import ExitStack
from multiprocessing.connection import Connection

from pypdfium2 import raw  # type: ignore[import-untyped]

from credential.verdict import SubIndication
from verifier.evidence import stopped
from verifier.evidence_json import write_evidence
from verifier.isolation import enter_child
from verifier.limits import Limits


def allocate(pipe: Connection, data: bytes, limits: Limits, _authorities: object) -> None:
    """``data``: how many megabytes, in decimal digits."""
    enter_child(limits)
    with mmap.mmap(-1, int(data) << 20) as held:
        said(pipe, f"HELD_{len(held) >> 20}")


def open_many(pipe: Connection, data: bytes, limits: Limits, _authorities: object) -> None:
    """``data``: how many files, in decimal digits."""
    enter_child(limits)
    with ExitStack() as stack:
        try:
            for _ in range(int(data)):
                stack.callback(os.close, os.open("/dev/null", os.O_RDONLY))
        except OSError:
            said(pipe, "TOO_MANY")
            return
    said(pipe, "OPENED")


def abort_in_pdfium(pipe: Connection, data: bytes, limits: Limits, _authorities: object) -> None:
    """PDFium calls a function of ours while it reads, and the process is ended from inside it."""
    enter_child(limits)

    def block(*_: object) -> int:
        os.abort()

    access = raw.FPDF_FILEACCESS(m_FileLen=len(data))
    access.m_GetBlock = type(access.m_GetBlock)(block)
    raw.FPDF_LoadCustomDocument(ctypes.byref(access), None)


def said(pipe: Connection, code: str) -> None:
    pipe.send_bytes(write_evidence(stopped(SubIndication.UNSUPPORTED_FORMAT, code, "某")).encode())
