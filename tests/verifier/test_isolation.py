"""Children: what kills one leaves the parent and the next upload alone."""

import os
import pickle
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

import pytest

from credential.verdict import Indication, SubIndication
from tests import samples
from tests.published import valid_verdict
from tests.verifier import paper
from tests.verifier.children import (
    burn,
    crash,
    fail,
    give,
    hang,
    hang_in_a_stage,
    look_around,
    stall,
    tell_idle,
)
from verifier.evidence import Form
from verifier.isolation import Isolation, VerifierBusy
from verifier.limits import Limits
from verifier.verify import verify

LIMITS = Limits(
    front_door_seconds=2.0, text_seconds=3.0, picture_seconds=10.0, address_space=1 << 30
)


@pytest.fixture(scope="module")
def isolation() -> Iterator[Isolation]:
    os.environ["ZHENGXIN_SECRET"] = "passphrase"
    try:
        made = Isolation(LIMITS, workers=1)
        assert os.environ["ZHENGXIN_SECRET"] == "passphrase"
        yield made
    finally:
        del os.environ["ZHENGXIN_SECRET"]


def healthy(isolation: Isolation) -> bool:
    issued = paper.producer()
    verdict = verify(
        paper.pdf(issued),
        "healthy.pdf",
        trust=samples.TRUST,
        at=paper.NOW,
        records=paper.known(issued),
        isolation=isolation,
    )
    return verdict.indication is Indication.PASSED


def limited(isolation: Isolation, data: bytes) -> str:
    """The code of the limit that was reached, and a check of all axes."""
    verdict = verify(
        data,
        "bomb",
        trust=samples.TRUST,
        at=paper.NOW,
        records=paper.known(paper.producer()),
        isolation=isolation,
    )
    assert verdict.indication is Indication.INDETERMINATE
    assert verdict.worst.sub_indication is SubIndication.PROCESSING_LIMIT
    valid_verdict(verdict)
    assert all(axis.indication is Indication.INDETERMINATE for axis in verdict.axes)
    return verdict.axes[0].findings[0].code


def test_a_healthy_upload(isolation):
    assert healthy(isolation)


def test_evidence_is_the_same_as_in_this_process(isolation):
    data = paper.pdf(paper.producer())
    there, here = isolation.extract(data), paper.Direct().extract(data)
    assert replace(there, glyphs=()) == replace(here, glyphs=())
    measures = ("ink", "misfit", "darkness")
    for one, other in zip(there.glyphs, here.glyphs, strict=True):
        # sums of floats go by where the picture lies in memory: the last place may be another
        assert [getattr(one, name) for name in measures] == pytest.approx(
            [getattr(other, name) for name in measures], abs=0.0011
        )
        assert one._replace(ink=0, misfit=0, darkness=0) == other._replace(
            ink=0, misfit=0, darkness=0
        )


def test_an_upload_over_the_size_reaches_no_child(isolation):
    assert limited(isolation, b"%PDF-1.7" + bytes(LIMITS.upload)) == "UPLOAD_SIZE"


@pytest.mark.parametrize("again", range(5))
def test_a_native_crash(isolation, monkeypatch, again):
    monkeypatch.setattr("verifier.isolation._answer", crash)
    assert limited(isolation, b"%PDF-1.7") == "CHILD_ENDED"
    monkeypatch.undo()
    assert healthy(isolation)


@pytest.mark.parametrize("way", ["silent", "half an answer"])
def test_a_hang(isolation, monkeypatch, way):
    monkeypatch.setattr("verifier.isolation._answer", hang if way == "silent" else stall)
    stages = ("front_door_seconds", "text_seconds", "picture_seconds", "pades_seconds")
    short = replace(LIMITS, **dict.fromkeys(stages, 0.1))
    monkeypatch.setattr(isolation, "limits", short)
    assert limited(isolation, b"%PDF-1.7") == "DEADLINE"
    monkeypatch.undo()
    assert healthy(isolation)


def test_a_stage_that_lasts_too_long_ends_the_child(isolation, monkeypatch):
    """In the kernel, so that it ends native code too."""
    monkeypatch.setattr("verifier.isolation._answer", hang_in_a_stage)
    assert limited(isolation, b"%PDF-1.7") == "CHILD_ENDED"


@pytest.mark.parametrize(
    "answer", [b"", b"[]", b'{"form":"pdf"}', b"NaN", b"\xff", pickle.dumps(print), bytes(99)]
)
def test_an_answer_that_is_no_evidence(isolation, monkeypatch, answer):
    """A child that was taken over can't answer itself into a pass, nor into our process."""
    monkeypatch.setattr("verifier.isolation._answer", partial(give, answer))
    assert limited(isolation, b"%PDF-1.7") in {"RESULT_FORM", "CHILD_FAILED"}


def test_an_answer_that_is_too_long(isolation, monkeypatch):
    monkeypatch.setattr("verifier.isolation._answer", partial(give, bytes(100_000)))
    monkeypatch.setattr(isolation, "limits", replace(LIMITS, result=99_999))
    assert limited(isolation, b"%PDF-1.7") == "CHILD_FAILED"


def test_an_exception_is_not_a_pass(isolation, monkeypatch, capfd):
    monkeypatch.setattr("verifier.isolation._answer", fail)
    assert limited(isolation, b"%PDF-1.7") == "CHILD_ENDED"


def test_a_child_has_no_secret_no_network_and_writes_nothing(isolation, monkeypatch):
    monkeypatch.setattr("verifier.isolation._answer", look_around)
    finding = isolation.extract(b"%PDF-1.7").flags[0]
    assert finding.code == "LOOKED"
    seen = finding.message.split()
    assert "ZHENGXIN" not in finding.message
    assert "writes=False" in seen
    assert "main=False" in seen
    if "network=True" in seen:
        pytest.skip("this system forbids network namespaces to its users")


def test_the_queue_is_bounded():
    made = Isolation(replace(LIMITS, queue=0), workers=1)
    with made._waiting, pytest.raises(VerifierBusy, match="请稍后再试"):
        made.extract(b"%PDF-1.7")


def test_leaving_ends_the_children(monkeypatch):
    monkeypatch.setattr("verifier.isolation._answer", hang)
    with ThreadPoolExecutor(1) as threads:
        with Isolation(LIMITS, workers=1) as made:
            waiting = threads.submit(made.extract, b"%PDF-1.7")
            while not made._children:
                time.sleep(0.01)
        assert waiting.result(timeout=2).flags[0].code == "CHILD_ENDED"


def test_uploads_beside_each_other(isolation):
    made = Isolation(LIMITS, workers=2)
    with ThreadPoolExecutor(4) as threads:
        assert all(threads.map(healthy, [made] * 4))


def test_a_foreign_form_is_named(isolation):
    evidence = isolation.extract(b"GIF89a")
    assert evidence.form is Form.UNKNOWN
    assert evidence.flags[0].sub is SubIndication.UNSUPPORTED_FORMAT


# A second thread, where a processor is idle


@pytest.mark.parametrize(
    ("processors", "others", "told"),
    [
        (1, 0, "IDLE_False"),
        (None, 0, "IDLE_False"),
        (2, 0, "IDLE_True"),
        (2, 1, "IDLE_False"),
        (3, 1, "IDLE_True"),
        (3, 2, "IDLE_False"),
    ],
)
def test_a_child_is_told_of_a_processor_that_no_child_uses(monkeypatch, processors, others, told):
    monkeypatch.setattr("verifier.isolation.os.cpu_count", lambda: processors)
    with Isolation(LIMITS, workers=3) as children, ThreadPoolExecutor(2) as pool:
        monkeypatch.setattr("verifier.isolation._answer", hang)
        busy = [pool.submit(children.extract, b"%PDF-1.7") for _ in range(others)]
        wait_for(lambda: len(children._children) == others)
        monkeypatch.setattr("verifier.isolation._answer", tell_idle)
        assert children.extract(b"%PDF-1.7").flags[0].code == told
        end_all(children)
        assert [one.result().flags[0].code for one in busy] == ["CHILD_ENDED"] * others


# Children that last


def test_a_child_that_takes_long_makes_room(monkeypatch):
    """One place, and a loop in it: the next upload does not wait for its end."""
    monkeypatch.setattr("verifier.isolation._answer", burn)
    with Isolation(replace(LIMITS, brisk_seconds=0.2), workers=1) as children:
        with ThreadPoolExecutor(1) as pool:
            slow = pool.submit(children.extract, b"%PDF-1.7")
            wait_for(lambda: niceness(children) == [10])
            monkeypatch.undo()
            assert children.extract(b"nothing").flags[0].code == "FORMAT"
            assert not slow.done()
            end_all(children)
            assert slow.result().flags[0].code == "CHILD_ENDED"
        assert children._running._value == 1
        assert children._aside._value == LIMITS.slow_children


def test_where_all_are_slow_a_child_keeps_its_place(monkeypatch):
    monkeypatch.setattr("verifier.isolation._answer", burn)
    limits = replace(LIMITS, brisk_seconds=0.05, slow_children=1)
    with Isolation(limits, workers=1) as children, ThreadPoolExecutor(2) as pool:
        slow = [pool.submit(children.extract, b"%PDF-1.7") for _ in range(2)]
        wait_for(lambda: niceness(children) == [0, 10])
        time.sleep(0.5)
        assert niceness(children) == [0, 10]
        assert children._running._value == 0
        end_all(children)
        assert [one.result().flags[0].code for one in slow] == ["CHILD_ENDED"] * 2


def test_a_child_that_only_waits_keeps_its_place(monkeypatch):
    monkeypatch.setattr("verifier.isolation._answer", hang)
    with (
        Isolation(replace(LIMITS, brisk_seconds=2.0), workers=1) as children,
        ThreadPoolExecutor(1) as pool,
    ):
        slow = pool.submit(children.extract, b"%PDF-1.7")
        wait_for(lambda: len(niceness(children)) == 1)
        # longer than brisk_seconds of wall time; a child's start takes processor time of its own
        time.sleep(3.0)
        assert niceness(children) == [0]
        assert children._running._value == 0
        end_all(children)
        assert slow.result().flags[0].code == "CHILD_ENDED"


def niceness(children: Isolation) -> list[int]:
    running = tuple(children._children)
    return sorted(os.getpriority(os.PRIO_PROCESS, child.pid) for child in running)


def wait_for(what) -> None:
    until = time.monotonic() + 20
    while not what():
        assert time.monotonic() < until
        time.sleep(0.02)


def end_all(children: Isolation) -> None:
    for child in tuple(children._children):
        child.kill()
