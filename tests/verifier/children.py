"""What a child does in a test in place of the extraction. A module of its own, light to import: a
child imports the module of the function that it runs, and a test's own draws pages first."""

import ctypes
import hashlib
import json
import mmap
import os
import socket
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from multiprocessing.connection import Connection
from pathlib import Path

from pypdfium2 import raw  # type: ignore[import-untyped]

from credential.verdict import SubIndication
from verifier.evidence import stopped
from verifier.evidence_json import write_evidence
from verifier.extraction import reference
from verifier.extraction.run import deadlines, extract_json
from verifier.isolation import enter_child
from verifier.limits import Limits


def allocate(pipe: Connection, data: bytes, limits: Limits, *_more: object) -> None:
    """``data``: how many megabytes, in decimal digits."""
    enter_child(limits)
    with mmap.mmap(-1, int(data) << 20) as held:
        said(pipe, f"HELD_{len(held) >> 20}")


def open_many(pipe: Connection, data: bytes, limits: Limits, *_more: object) -> None:
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


def abort_in_pdfium(pipe: Connection, data: bytes, limits: Limits, *_more: object) -> None:
    """PDFium calls a function of ours while it reads, and the process is ended from inside it."""
    enter_child(limits)

    def block(*_: object) -> int:
        os.abort()

    access = raw.FPDF_FILEACCESS(m_FileLen=len(data))
    access.m_GetBlock = type(access.m_GetBlock)(block)
    raw.FPDF_LoadCustomDocument(ctypes.byref(access), None)


def crash(pipe: Connection, data: bytes, limits: Limits, *_more: object) -> None:
    enter_child(limits)
    os.abort()


def hang(pipe: Connection, data: bytes, limits: Limits, *_more: object) -> None:
    time.sleep(60)


def stall(pipe: Connection, data: bytes, limits: Limits, *_more: object) -> None:
    """Announces 99 bytes and sends one."""
    os.write(pipe.fileno(), (99).to_bytes(4, "big") + b"x")
    time.sleep(60)


def hang_in_a_stage(pipe: Connection, data: bytes, limits: Limits, *_more: object) -> None:
    enter_child(limits)
    with deadlines() as stage:
        stage(0.2)
        hashlib.pbkdf2_hmac("sha256", b"x", b"y", 50_000_000)


def fail(pipe: Connection, data: bytes, limits: Limits, *_more: object) -> None:
    raise ValueError("from a parser")


def give(answer: bytes, pipe: Connection, data: bytes, limits: Limits, *_more: object) -> None:
    pipe.send_bytes(answer)


def look_around(pipe: Connection, data: bytes, limits: Limits, *_more: object) -> None:
    enter_child(limits)
    environment = Path("/proc/self/environ")
    inherited = environment.read_bytes().decode() if environment.exists() else ""
    try:
        Path("/tmp/zhengxin-child").write_text("x")
        Path("/tmp/zhengxin-child").unlink()
        writes = True
    except OSError:
        writes = False
    interfaces = {name for _, name in socket.if_nameindex()} - {"lo"}
    words = " ".join(
        [
            *(name for name in [*os.environ, inherited] if "ZHENGXIN" in name),
            f"writes={writes}",
            f"network={bool(interfaces)}",
            f"main={hasattr(sys.modules['__mp_main__'], '__file__')}",
        ]
    )
    looked = stopped(SubIndication.UNSUPPORTED_FORMAT, "LOOKED", words)
    pipe.send_bytes(write_evidence(looked).encode())


class _Memory(ctypes.Structure):
    """mallinfo2 (malloc.h)."""

    _fields_ = [
        (name, ctypes.c_size_t)
        for name in [
            "arena",
            "ordblks",
            "smblks",
            "hblks",
            "hblkhd",
            "usmblks",
            "fsmblks",
            "uordblks",
            "fordblks",
            "keepcost",
        ]
    ]


def look_at_warmth(pipe: Connection, data: bytes, limits: Limits, *_more: object) -> None:
    enter_child(limits)
    libc = ctypes.CDLL(None)
    libc.mallinfo2.restype = _Memory
    libc.malloc.restype = ctypes.c_void_p
    unused = libc.mallinfo2().keepcost
    with ThreadPoolExecutor(1) as thread:
        beside = thread.submit(libc.malloc, 1 << 20).result()
    room = reference._MOST_DRAWINGS - len(reference.REFERENCE._drawings)
    known = set(sys.modules)
    extract_json(data, limits)
    loaded = sorted(sys.modules.keys() - known)
    seen = {
        "unused": unused,
        "in_the_heap": _is_in_heap(beside),
        "loaded": loaded,
        "room": room,
    }
    said(pipe, json.dumps(seen))


def _is_in_heap(address: int) -> bool:
    maps = Path("/proc/self/maps").read_text().splitlines()
    heap = [line.split()[0].split("-") for line in maps if line.endswith("[heap]")]
    return any(int(first, 16) <= address < int(end, 16) for first, end in heap)


def tell_idle(
    pipe: Connection, data: bytes, limits: Limits, authorities: Sequence[bytes], idle: bool
) -> None:
    said(pipe, f"IDLE_{idle}")


def burn(pipe: Connection, data: bytes, limits: Limits, *_more: object) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        pass


def said(pipe: Connection, code: str) -> None:
    pipe.send_bytes(write_evidence(stopped(SubIndication.UNSUPPORTED_FORMAT, code, "某")).encode())
