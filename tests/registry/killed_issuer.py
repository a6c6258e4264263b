"""A process of its own that issues three rows and is killed at a given moment.

Standard output is what it would print on paper: ids, only after record_credentials returned.
"""

import os
import signal
import sys

from sqlalchemy import event

from registry.issuing import Allotment, IssueRequest, NewCredential, record_credentials
from registry.registry import open_registry
from tests import samples
from tests.registry.office import WHO, issue_key, signed_claims
from tests.samples import AT


def die(*_: object) -> None:
    sys.stdout.flush()
    os.kill(os.getpid(), signal.SIGKILL)


def main(url: str, moment: str) -> None:
    registry = open_registry(url)
    if moment == "insert":
        # all rows are inserted and the database is about to be told to commit
        event.listen(registry.main.engine, "commit", die)

    def sign(place: int, allotment: Allotment) -> NewCredential:
        new = signed_claims(samples.PRODUCER, allotment)
        if moment == "sign" and place == 2:
            die()
        return new

    requests = [IssueRequest(issue_key(row)) for row in ("甲", "乙", "丙")]
    for stored in record_credentials(registry, requests, sign, at=AT, who=WHO):
        print(stored.id.hex())
    if moment == "committed":
        die()


if __name__ == "__main__":
    main(*sys.argv[1:])
