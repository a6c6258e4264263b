"""Honest documents as other programs save them anew, and what the verifier says of each.

``python -m tests.verifier.resaved`` prints the table. Programs that are not installed are left out.
"""

from typing import Final

from benchmarks.resaving import OF_A_DOCX, OTHER_LETTERS, SAME_LETTERS, is_installed
from credential.verdict import Verdict
from tests.verifier import paper

DOCUMENTS: Final = {
    "A5": lambda: paper.pdf(paper.producer()),
    "80×60": lambda: paper.pdf(paper.producer(), paper.LABEL),
    "letter": lambda: paper.pdf(paper.pledge(), paper.LETTER),
}


def verdict_on(data: bytes) -> Verdict:
    return paper.check(data, paper.known(paper.producer(), paper.pledge()))


def _print_table() -> None:
    letter = paper.docx_of(paper.pledge())
    cases = [
        (f"{document}: {name}", program, way, make())
        for name, (program, way) in {**SAME_LETTERS, **OTHER_LETTERS}.items()
        for document, make in DOCUMENTS.items()
    ]
    cases += [(name, program, way, letter) for name, (program, way) in OF_A_DOCX.items()]
    for name, program, way, data in cases:
        if not is_installed(program):
            print(f"{name:44} ({program} is not installed)")
            continue
        verdict = verdict_on(way(data))
        codes = {f.code for axis in verdict.axes for f in axis.findings}
        print(f"{name:44} {verdict.indication:16} {' '.join(sorted(codes))}")


if __name__ == "__main__":
    _print_table()
