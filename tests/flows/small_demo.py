"""``zhengxin`` whose demonstration has a few batches: of three cooperatives with a good grade one
each, and what is wrong on purpose. ``python -m tests.flows.small_demo demo`` in a process of its own.
"""

from datetime import date
from pathlib import Path

import service.demo
from credential.subjects import SubjectType
from service.cli import main
from service.sample_batches import sample_batches
from service.sample_subjects import sample_subjects
from service.samples import pledges_workbook
from tests.flows.office import cheap_keys, cut_batches, subjects_csv


def write_few(folder: Path, today: date) -> None:
    by_name = {s.name: s for s in sample_subjects() if s.type is SubjectType.COOPERATIVE}
    kept, chosen = set(), {}
    for number, batch in enumerate(sample_batches(sample_subjects(), today), start=3):
        producer = by_name.get(batch.producer)
        fits = producer is not None and producer.grade in {"A", "B"} and batch.wrong is None
        if batch.wrong is not None:
            kept.add(number)
        elif producer is not None and fits and producer.name not in chosen and len(chosen) < 3:
            kept.add(number)
            chosen[producer.name] = producer
    folder.mkdir(parents=True)
    # what a file is shows from its content
    listed = subjects_csv(list(chosen.values()))
    (folder / "subjects.xlsx").write_text(listed, "utf-8-sig")
    (folder / "batches.xlsx").write_bytes(cut_batches(today, kept))
    (folder / "pledges.xlsx").write_bytes(pledges_workbook(today))


if __name__ == "__main__":
    service.demo.write_samples = write_few
    with cheap_keys():
        main()
