"""How far two texts are apart: characters changed, left out or added (Levenshtein).

Myers, J. ACM 46 (1999) 395, with Hyyrö's terms (2003): a column of the table is two numbers, whose
bits say where the next row is one more or one less. A stranger's page has tens of thousands of
characters, and one of them takes a few operations instead of one for each character of the value.
"""

from collections.abc import Iterator


def steps_between(one: str, other: str) -> int:
    *_, last = _steps(one, other, anywhere=False)
    return last


def nearest_in(value: str, text: str) -> int:
    """The distance of ``value`` to the part of ``text`` that is nearest to it (Sellers)."""
    return min(_steps(value, text, anywhere=True))


def _steps(value: str, text: str, *, anywhere: bool) -> Iterator[int]:
    """The distance of all of ``value`` to each beginning of ``text``, or, ``anywhere``, to the best
    part of ``text`` that ends there."""
    steps = len(value)
    yield steps
    if not value:
        yield from (0 if anywhere else place for place in range(1, len(text) + 1))
        return
    every = (1 << len(value)) - 1
    last = 1 << len(value) - 1
    places: dict[str, int] = {}
    for place, character in enumerate(value):
        places[character] = places.get(character, 0) | 1 << place
    more, less = every, 0
    for character in text:
        same = places.get(character, 0)
        across = (((same & more) + more) ^ more) | same | less
        right_more, right_less = less | (every & ~(across | more)), across & more
        steps += bool(right_more & last) - bool(right_less & last)
        yield steps
        # the first row is all 0 where a part may begin anywhere
        right_more = right_more << 1 & every | (not anywhere)
        right_less = right_less << 1 & every
        upright = same | less
        more, less = right_less | (every & ~(upright | right_more)), right_more & upright
