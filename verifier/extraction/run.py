"""One upload, all stages, in this process. Every way out is evidence."""

import gc
import signal
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

from credential.verdict import SubIndication
from verifier.evidence import Evidence, Form, stopped
from verifier.evidence_json import write_evidence
from verifier.extraction.docx import read_docx
from verifier.extraction.front_door import other_form, sniff
from verifier.extraction.pdf import read_pdf
from verifier.extraction.picture import read_picture
from verifier.extraction.refusal import Refused, unsupported
from verifier.limits import Limits
from verifier.pdf_signature import PdfSignatures

Stage = Callable[[float], None]
"""Starts a stage that may last so many seconds; the one before it is over."""
_YOUNG: Final = 20_000
"""Objects after which Python looks for those that hold each other. A letter makes as many, which nearly
all end by themselves: after each 700, as usual, that is a tenth of the work."""


def extract_json(
    data: bytes, limits: Limits, authorities: Sequence[bytes] = (), *, idle: bool = False
) -> str:
    """What the child answers: the evidence as JSON of at most ``limits.result`` characters."""
    # a parser's warning is no concern of the parent's warning filters
    warnings.simplefilter("ignore")
    with deadlines() as stage:
        answer = write_evidence(extract(data, limits, stage, authorities, idle=idle))
    if len(answer) > limits.result:
        return write_evidence(
            stopped(SubIndication.PROCESSING_LIMIT, "RESULT_SIZE", "文件内容过多，超出处理限制")
        )
    return answer


def extract(
    data: bytes,
    limits: Limits,
    stage: Stage,
    authorities: Sequence[bytes] = (),
    *,
    idle: bool = False,
) -> Evidence:
    """Evidence of an upload. Raises nothing but what no code can catch.

    ``authorities``: DER certificates at which the chain of an electronic signature may end; ``idle``:
    there is a processor that nobody uses.
    """
    usual = gc.get_threshold()
    gc.set_threshold(_YOUNG, *usual[1:])
    try:
        return _extract(data, limits, stage, authorities, idle=idle)
    finally:
        gc.set_threshold(*usual)


def _extract(
    data: bytes, limits: Limits, stage: Stage, authorities: Sequence[bytes], *, idle: bool
) -> Evidence:
    form = Form.UNKNOWN
    try:
        stage(limits.front_door_seconds)
        form = sniff(data, limits)
        if form is Form.PDF:
            evidence, signed = read_pdf(data, limits, stage, idle=idle)
            if signed:
                stage(limits.pades_seconds)
                evidence = replace(evidence, signatures=_signatures(data, authorities, limits))
        elif form is Form.DOCX:
            evidence = read_docx(data, limits, stage)
        elif form is Form.PICTURE:
            stage(limits.picture_seconds)
            evidence = read_picture(data, limits)
        else:
            raise unsupported("FORMAT", "只接受 PDF、DOCX、PNG、JPEG 文件")
    except Refused as refused:
        return stopped(refused.sub, refused.code, refused.message, form)
    except (MemoryError, RecursionError):
        message = "处理所需内存或嵌套深度超出限制"
        return stopped(SubIndication.PROCESSING_LIMIT, "MEMORY", message, form)
    except Exception as error:  # parsers raise anything on hostile bytes; none of it may pass
        message = f"文件损坏或无法解析（{type(error).__name__}）"
        return stopped(SubIndication.UNSUPPORTED_FORMAT, "UNREADABLE", message, form)
    return replace(evidence, flags=(*evidence.flags, *other_form(data, form)))


def _signatures(data: bytes, authorities: Sequence[bytes], limits: Limits) -> PdfSignatures:
    # a second of processor time to load: the fork server has it loaded, who only asks has no need
    from verifier.extraction.pades import read_signatures  # noqa: PLC0415

    return read_signatures(data, authorities, limits)


@contextmanager
def deadlines() -> Iterator[Stage]:
    """The kernel ends this process when a stage lasts too long, native code and all."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    try:
        yield _set_alarm
    finally:
        _set_alarm(0)


def _set_alarm(seconds: float) -> None:
    signal.setitimer(signal.ITIMER_REAL, seconds)
