"""The seal from the command line: made, imported, stamped, ended; and what a verifier then says."""

import asyncio
import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from asn1crypto import tsp
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

from service.keystore import stored_keys
from tests import seals
from tests.flows.office import DAY, HOUR, ISSUED, Place
from tests.flows.test_issuing import only_rows

LATER = ISSUED + HOUR


def digest_of(place: Place, issuer: str = "建德市农业农村局") -> str:
    """The newest of ``issuer``."""
    lines = place.done("keys", "seal", "list").out.splitlines()
    return [line.split()[0] for line in lines if issuer in line][-1]


def one(place: Place) -> Path:
    return min(place.a5.glob("*.pdf"))


def seal_lines(place: Place, path: Path, at: int = LATER, *options: object) -> list[str]:
    """The axis of the seal and its findings, as the command prints them."""
    lines = place.run("verify", *options, path, at=at).out.splitlines()
    start = next((n for n, line in enumerate(lines) if line.startswith("  电子签章")), None)
    if start is None:
        return []
    rest = [line.strip(" ·") for line in lines[start + 1 :]]
    end = next(n for n, line in enumerate(lines[start + 1 :]) if not line.startswith("    "))
    return [lines[start].strip(), *rest[:end]]


def test_each_authority_has_its_seal_from_the_start(office: Place) -> None:
    said = office.done("keys", "seal", "list").out.splitlines()
    assert [line.split()[1] for line in said] == ["建德市农业农村局", "山西省高平市公证处"]
    for digest in (line.split()[0] for line in said):
        assert (office.home.trust / f"seal-{digest}.pem").read_bytes().startswith(b"-----BEGIN")
        secret = office.home.private_keys / f"seal-{digest}.secret"
        assert secret.stat().st_mode & 0o777 == 0o600
        assert b"PRIVATE" not in secret.read_bytes()
    assert len(list(stored_keys(office.home.private_keys))) == 4


def test_issued_files_bear_it_and_pass(office: Place) -> None:
    axis = seal_lines(office, one(office))
    assert axis[:3] == [
        "电子签章：通过",
        "电子签章：“建德市农业农村局”（信任列表：建德市农业农村局）",
        "覆盖整个文件",
    ]
    letter = min(office.pledges.glob("*.pdf"))
    assert "山西省高平市公证处" in seal_lines(office, letter)[1]


def test_a_reprint_has_the_same_bytes(own: Place, tmp_path: Path) -> None:
    out = tmp_path / "again"
    own.issue("a5", own.batches, out, at=LATER + DAY)
    assert (out / one(own).name).read_bytes() == one(own).read_bytes()


def test_an_ended_seal_seals_no_more_and_what_it_sealed_stays(own: Place, tmp_path: Path) -> None:
    old = digest_of(own)
    said = own.done("keys", "seal", "retire", old, "--reason", "换发", at=LATER).out
    assert said == f"{old} 已停用，已发布信任列表\n"
    assert not (own.home.private_keys / f"seal-{old}.secret").exists()
    assert seal_lines(own, one(own))[0] == "电子签章：通过"
    table = only_rows(own, tmp_path, [3], batch="另一批")
    unsealed = own.issue("a5", table, tmp_path / "none", at=LATER + HOUR)
    assert unsealed.status == 0
    assert unsealed.err.count("没有电子签章证书，PDF 不加盖电子签章") == 1
    (path,) = (tmp_path / "none").glob("*.pdf")
    assert b"/ByteRange" not in path.read_bytes()
    assert seal_lines(own, path, LATER + HOUR) == []
    made = own.done("keys", "seal", "create", "--scheme", "jiande", at=LATER + HOUR).out
    assert made.startswith(f"签章证书 {digest_of(own)}（建德市农业农村局），有效至 ")


def test_a_stolen_seal_proves_nothing(own: Place) -> None:
    since = "2026-01-01T00:00:00+08:00"
    old = digest_of(own)
    own.done("keys", "seal", "compromise", old, "--since", since, "--reason", "失窃", at=LATER)
    axis = seal_lines(own, one(own))
    assert axis[0] == "电子签章：无法确定（REVOKED_NO_POE）"
    assert axis[1] == "建德市农业农村局 的签章密钥自 2026年1月1日 00:00:00 起失密"
    unknown = own.run("keys", "seal", "retire", "ffff", "--reason", "x", at=LATER)
    assert unknown.err == "错误：没有签章证书“ffff”，请用 zhengxin keys seal list 查看\n"


def test_a_certificate_of_an_authority_is_imported(own: Place, tmp_path: Path) -> None:
    key = seals.seal_key("建德市农业农村局（机构证书）", seals.authority())
    path = tmp_path / "seal.p12"
    path.write_bytes(
        pkcs12.serialize_key_and_certificates(
            b"x",
            key.private,
            key.certificate,
            [seals.authority().certificate],
            BestAvailableEncryption(b"123456"),
        )
    )
    command = ("keys", "seal", "import", path, "--scheme", "jiande", "--password")
    wrong = own.run(*command, "654321", at=LATER)
    assert wrong.err == "错误：seal.p12：不是 PKCS#12 文件（.p12、.pfx），或口令不对\n"
    assert own.run(*command, "123456", at=seals.UNTIL).err.startswith(
        "错误：seal.p12：证书有效期为 "
    )
    own.done(*command, "123456", at=LATER)
    assert digest_of(own) == key.digest.hex()[:16]
    assert own.run(*command, "123456", at=LATER).err == "错误：这张签章证书已经在信任列表中\n"


@pytest.fixture
def tsa() -> Iterator[str]:
    """A time-stamping authority on this machine (RFC 3161 §3.4)."""
    clock = seals.stamper(LATER)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
            answer = asyncio.run(clock.async_request_tsa_response(asked)).dump()
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_time_stamp_proves_the_time(own: Place, tmp_path: Path, tsa: str) -> None:
    table = only_rows(own, tmp_path, [3], batch="另一批")
    out = tmp_path / "stamped"
    options = ("--scheme", "jiande", "--style", "a5", "--input", table, "--out", out)
    local = {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
    own.done("issue", *options, at=LATER, ZHENGXIN_TSA_URL=tsa, **local)
    (path,) = out.glob("*.pdf")
    unknown = seal_lines(own, path, LATER + HOUR)
    assert unknown[0] == "电子签章：通过"
    assert unknown[-1].endswith("（“测试时间戳服务”） 不出自受信任的时间戳机构，不作为依据")
    folder = own.home.trust / "authorities"
    folder.mkdir()
    (folder / "root.der").write_bytes(seals.authority().der)
    known = seal_lines(own, path, LATER + HOUR)
    assert known[-1].endswith("（“测试时间戳服务”）")
    # of a folder that was brought: its root does not vouch for who else is believed
    brought = tmp_path / "brought"
    own.done("export", "--out", brought, at=LATER + HOUR)
    shutil.copytree(folder, brought / "authorities")
    reader = Place(tmp_path / "reader")
    offline = seal_lines(reader, path, LATER + HOUR, "--trust", brought)
    assert offline[-1].endswith("（“测试时间戳服务”） 不出自受信任的时间戳机构，不作为依据")
    shutil.copytree(folder, reader.home.trust / "authorities")
    assert seal_lines(reader, path, LATER + HOUR, "--trust", brought) == known
    (folder / "other.pem").write_text("x")
    refused = own.run("verify", path, at=LATER + HOUR)
    assert refused.err == f"错误：{folder / 'other.pem'} 不是证书文件（PEM 或 DER）\n"


def test_without_its_time_stamp_nothing_leaves_and_nothing_is_lost(
    own: Place, tmp_path: Path
) -> None:
    table = only_rows(own, tmp_path, [3], batch="另一批")
    out = tmp_path / "stamped"
    options = ("--scheme", "jiande", "--style", "a5", "--input", table, "--out", out)
    gone = "http://127.0.0.1:9"
    local = {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
    failed = own.run("issue", *options, at=LATER, ZHENGXIN_TSA_URL=gone, **local)
    assert failed.status == 1
    assert failed.err == (
        f"错误：时间戳服务 {gone} 没有给出时间戳（TimestampRequestError）；"
        "已登记的不会丢失，恢复后请重新运行同一命令\n"
    )
    assert list(out.glob("*.pdf")) == []
    again = own.done("issue", *options, at=LATER)
    assert "此前已签发 1 份" in again.out
