"""What every test would compute anew and is always the same, computed once a process.

A key file's wrapping key follows from passphrase and salt, a pack from the bytes of its files: only
the repetition is left out, for the copies of one office that hundreds of tests open.
"""

import functools
from pathlib import Path

from scheme.pack import Pack
from service import keystore, packs


@functools.cache
def remember() -> None:
    """For the whole process, from the first office on; what failed is done again."""
    keystore._derive = functools.cache(keystore._derive)
    load, known = packs.load_pack_folder, {}

    def load_once(folder: Path) -> Pack:
        key = (folder, *sorted(packs._read_files(folder).items()))
        if key not in known:
            known[key] = load(folder)
        return known[key]

    packs.load_pack_folder = load_once
