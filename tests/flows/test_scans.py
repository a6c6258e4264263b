"""Paper that was scanned, and the clerk who looks at it: what is asked for, given, and kept."""

import re
from pathlib import Path

import pypdfium2
import pytest

from tests.flows.office import HOUR, ISSUED, Place, printed

LATER = ISSUED + HOUR
ASKED = re.compile(r"待人工对照画面确认：(.*)；看过后另加 --seen ([0-9a-f]{64})$", re.MULTILINE)

PATIENT = {"ZHENGXIN_LIMITS_OCR_SECONDS": "280", "ZHENGXIN_LIMITS_PICTURE_SECONDS": "300"}
"""Machines under load must not change what is tested."""


def scanned(file: Path, folder: Path) -> Path:
    with pypdfium2.PdfDocument(file) as document:
        picture = document[0].render(scale=200 / 72, grayscale=True).to_pil()
    out = folder / "扫描件.png"
    picture.save(out)
    return out


def test_what_a_clerk_saw_is_asked_for_and_confirmed(own: Place, tmp_path: Path) -> None:
    pytest.importorskip("rapidocr")
    one = printed(own)[0]
    scan = scanned(own.labels / one.file, tmp_path)
    ran = own.run("verify", scan, at=LATER, **PATIENT)
    asked = ASKED.search(ran.out)
    assert asked, str(ran)
    assert ran.status == 2
    places = re.findall(r"（([a-z0-9_-]+)）", asked[1])
    assert places[-1] == "page"
    confirmed = [word for place in places for word in ("--confirm", place)]

    alone = own.run("verify", scan, *confirmed, at=LATER, **PATIENT)
    assert (alone.status, alone.err) == (
        2,
        "错误：--confirm 与 --seen 同用：先核验一次，看过画面，再照所列的写\n",
    )

    ran = own.run("verify", scan, *confirmed, "--seen", asked[2], at=LATER, **PATIENT)
    assert ran.status == 0, str(ran)
    assert "对照画面逐处确认" in ran.out
