"""What children of a warm fork server see, a line of JSON each:
``python -m tests.verifier.warm_children FILE...``.

A program of its own: a process has one fork server, and that of the tests is not warm.
"""

import sys
from pathlib import Path

from tests.verifier.children import look_at_warmth
from verifier import isolation


def main() -> None:
    isolation._answer = look_at_warmth  # type: ignore[assignment]
    with isolation.Isolation(workers=1, warm=True) as children:
        for name in sys.argv[1:]:
            print(children.extract(Path(name).read_bytes()).flags[0].code)


if __name__ == "__main__":
    main()
