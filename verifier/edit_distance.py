"""How far two texts are apart: characters changed, left out or added (Levenshtein)."""


def steps_between(one: str, other: str) -> int:
    return _rows(one, other, anywhere=False)[-1]


def nearest_in(value: str, text: str) -> int:
    """The distance of ``value`` to the part of ``text`` that is nearest to it (Sellers)."""
    return min(_rows(value, text, anywhere=True))


def _rows(value: str, text: str, *, anywhere: bool) -> list[int]:
    """The last row: the distance of all of ``value`` to each beginning of ``text``, or, ``anywhere``,
    to the best part of ``text`` that ends there."""
    row = [0] * (len(text) + 1) if anywhere else list(range(len(text) + 1))
    for character in value:
        above, row = row, [row[0] + 1]
        for place, other in enumerate(text):
            kept = above[place] + (character != other)
            row.append(min(kept, above[place + 1] + 1, row[place] + 1))
    return row
