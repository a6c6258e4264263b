"""A chunk is committed once, with all that belongs to it."""

from dataclasses import replace

import pytest

from credential.claims import StatusReference
from credential.signed_claims import read_signed, sign_claims
from registry.chunks import (
    chunk_numbers,
    chunk_rows,
    job_parts,
    record_chunk,
    take_chunk,
    waiting_chunks,
)
from registry.credentials import find_issued
from registry.database import RegistryError, write
from registry.issuing import (
    Allotment,
    IssueRequest,
    NewCredential,
    RowTakenError,
    allot,
    credential_form,
    credential_row,
)
from registry.jobs import JobState, RowRefusal, find_job, job_refusals, set_job_state
from registry.registry import Registry
from tests import samples
from tests.registry.labels import chunk_record, new_job
from tests.registry.office import WHO, issue, issue_key, open_office, signed_claims
from tests.samples import AT


def test_the_second_to_record_a_chunk_finds_it_done(registry: Registry) -> None:
    open_office(registry)
    (stored,) = issue(registry, ["甲"])
    job = new_job(registry, chunks=2)
    record = replace(
        chunk_record(stored, job), refused=[RowRefusal(5, None, "放不下")], lost=2, part=b"pages"
    )
    assert take_chunk(registry, job.id, 0, worker="甲机", at=AT) == b"rows"
    assert take_chunk(registry, job.id, 0, worker="乙机", at=AT) == b"rows"
    assert record_chunk(registry, record, at=AT + 1, who=WHO)
    assert not record_chunk(registry, record, at=AT + 2, who=WHO)
    assert take_chunk(registry, job.id, 0, worker="甲机", at=AT) is None
    counted = find_job(registry, job.id)
    assert counted is not None
    assert (counted.total, counted.done, counted.refused, counted.updated_at) == (4, 3, 1, AT + 1)
    assert job_refusals(registry, job.id) == (RowRefusal(5, None, "放不下"),)
    assert waiting_chunks(registry, job.id) == (1,)


def test_pages_are_given_in_order_and_go_with_the_job(registry: Registry) -> None:
    open_office(registry)
    (stored,) = issue(registry, ["甲"])
    job = new_job(registry, chunks=2)
    for chunk, serials in ((1, range(4, 7)), (0, range(1, 4))):
        record = chunk_record(stored, job, chunk, serials)
        part = f"pages {chunk};".encode()
        assert record_chunk(registry, replace(record, part=part), at=AT, who=WHO)
    assert chunk_numbers(registry, job.id) == (0, 1)
    assert b"".join(job_parts(registry, job.id)) == b"pages 0;pages 1;"
    assert chunk_rows(registry, job.id, 1) == b"rows"
    set_job_state(registry, job.id, JobState.DONE, at=AT)
    with pytest.raises(RegistryError, match=f"任务 {job.id} 第 0 段的版面不在登记库中"):
        list(job_parts(registry, job.id))
    with pytest.raises(RegistryError, match=f"任务 {job.id} 没有第 1 段，或已经完成"):
        chunk_rows(registry, job.id, 1)


def test_a_row_filled_in_is_the_row_of_its_credential() -> None:
    rows = []
    for number, name in enumerate(("建德\\“甲”", '乙"')):
        allotment = Allotment(bytes([number]) * 10, StatusReference(7, number))
        claims = replace(samples.PRODUCER, id=allotment.id, status=allotment.status)
        signed = sign_claims(claims, samples.ISSUER)
        fields = samples.PRODUCER_FIELDS | {"quantity": name, "number": str(number)}
        assert claims.pack is not None
        new = NewCredential(signed.message, fields, claims.pack, AT + 9)
        request = IssueRequest(issue_key(name))
        row = credential_row(0, request, allotment, new, signed, at=AT, who=WHO)
        rows.append((row, request.issue_key, allotment, signed.message, fields))
    (first, *_), (second, *filled) = rows
    form = credential_form(first, {"quantity", "number"})
    assert set(form.names) == {"quantity", "number"}
    assert form.fill(*filled) == second


def test_a_row_that_somebody_else_issued_meanwhile(registry: Registry) -> None:
    open_office(registry)
    (allotment,) = write(registry.main, lambda connection: allot(connection, 1, AT))
    new = signed_claims(samples.PRODUCER, allotment)
    signed = read_signed(new.message)
    request = IssueRequest(issue_key("甲"))
    row = credential_row(0, request, allotment, new, signed, at=AT, who=WHO)
    with pytest.raises(RegistryError, match="第 1 项：凭证的内容与登记的不同"):
        other = sign_claims(replace(signed.claims, product="桃"), samples.ISSUER)
        credential_row(0, request, allotment, new, other, at=AT, who=WHO)
    (stored,) = issue(registry, ["甲"])
    job = new_job(registry)
    record = replace(chunk_record(stored, job), credentials=[row])
    with pytest.raises(RowTakenError, match="同一批次正由另一任务签发"):
        record_chunk(registry, record, at=AT, who=WHO)
    assert waiting_chunks(registry, job.id) == (0,)
    assert find_issued(registry, [issue_key("甲")])[issue_key("甲")].id == stored.id


def test_a_row_refused_in_each_of_its_chunks_is_one_refused_row(registry: Registry) -> None:
    open_office(registry)
    (stored,) = issue(registry, ["甲"])
    job = new_job(registry, chunks=3)
    for chunk, refused in enumerate(
        (
            [RowRefusal(5, None, "放不下")],
            [RowRefusal(5, None, "放不下"), RowRefusal(6, None, "放不下")],
            [RowRefusal(5, None, "又错")],
        )
    ):
        serials = range(3 * chunk + 1, 3 * chunk + 4)
        record = replace(chunk_record(stored, job, chunk, serials), refused=refused)
        assert record_chunk(registry, record, at=AT, who=WHO)
    counted = find_job(registry, job.id)
    assert counted is not None
    assert counted.refused == 2
    assert [(one.row, one.message) for one in job_refusals(registry, job.id)] == [
        (5, "放不下"),
        (5, "又错"),
        (6, "放不下"),
    ]
