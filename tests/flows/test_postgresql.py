"""The main flow once more with PostgreSQL as the registry, by nothing but its address."""

from pathlib import Path

from credential.subjects import SubjectType
from tests.flows.office import (
    BASE_URL,
    GOOD_ROWS,
    IMPORTED,
    ISSUED,
    MADE,
    Place,
    manifest,
    producers,
    write_sources,
)

LATER = ISSUED + 3600


def test_the_main_flow_on_postgresql(postgres_url: str, tmp_path: Path) -> None:
    place = Place(tmp_path)
    write_sources(place)
    pg = {"ZHENGXIN_REGISTRY_URL": postgres_url}
    place.done("init", "--base-url", BASE_URL, at=MADE, **pg)
    listed = ("--scheme", "jiande", "--input", place.subjects)
    ran = place.done("subject", "import", *listed, at=IMPORTED, **pg)
    assert f"新增 {len(producers())} 户" in ran.out

    issue = ("issue", "--scheme", "jiande", "--style", "label-80x60", "--input", place.batches)
    ran = place.done(*issue, "--out", place.labels, at=ISSUED, **pg)
    assert f"签发 {GOOD_ROWS} 份，此前已签发 0 份，拒绝 10 行" in ran.out
    ran = place.done(*issue, "--out", tmp_path / "again", at=LATER, **pg)
    assert f"签发 0 份，此前已签发 {GOOD_ROWS} 份" in ran.out
    lines = manifest(place.labels)
    for line in lines:
        again = tmp_path / "again" / line["file"]
        assert again.read_bytes() == (place.labels / line["file"]).read_bytes()

    first, second = lines[:2]
    ran = place.run("verify", "--text", first["qr_text"], at=LATER, **pg)
    assert "登记状态：通过" in ran.out
    place.done("revoke", first["id"], "--reason", "抽检不合格", at=LATER, **pg)
    ran = place.run("verify", "--text", first["qr_text"], at=LATER, **pg)
    assert (ran.status, "TOTAL-FAILED / REVOKED" in ran.out) == (1, True)
    reissue = ("reissue", second["id"], "--style", "a5", "--out", tmp_path / "new")
    place.done(*reissue, "--quantity", "3公斤", "--reason", "数量填错", at=LATER, **pg)
    ran = place.run("verify", "--text", second["qr_text"], at=LATER, **pg)
    assert (ran.status, "SUPERSEDED" in ran.out) == (1, True)

    one = next(s for s in producers() if s.type is SubjectType.COOPERATIVE and s.grade == "B")
    grade = ("grade", "set", "--scheme", "jiande", "--reason", "降级", one.uscc, "c")
    assert "B级 → c级" in place.done(*grade, at=LATER, **pg).out
    assert not place.home.registry_file.exists(), "nothing of it in the home folder"

    with place.pages(**pg) as pages:
        path = first["qr_text"].removeprefix(BASE_URL)
        assert [pages.get(path).status_code, pages.get(path).status_code] == [200, 200]
        answer = pages.get(path, {"accept": "application/json"}).json()
        assert (answer["state"], answer["scans"]["number"]) == ("void", 3)
        second_path = second["qr_text"].removeprefix(BASE_URL)
        assert pages.get(second_path, {"accept": "application/json"}).json()["replaced_by"]
