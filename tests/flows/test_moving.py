"""An office that moves to another address: what was printed under the old one stays genuine."""

from tests.flows.office import BASE_URL, ISSUED, Place, printed

NEW_URL = "https://credit.example.cn"
LATER = ISSUED + 3600


def test_a_former_address_stays_in_the_trust_list(own: Place) -> None:
    one = printed(own)[0]
    settings = own.home.settings_file
    settings.write_text(settings.read_text("utf-8").replace(BASE_URL, NEW_URL), "utf-8")
    own.done("keys", "publish", at=LATER)
    for base in (BASE_URL, NEW_URL):
        ran = own.run("verify", "--text", f"{base}{one.path}", at=LATER)
        assert "凭证签名：通过" in ran.out, str(ran)
    ran = own.run("verify", "--text", f"https://evil.example.cn{one.path}", at=LATER)
    assert "FOREIGN_LINK" in ran.out
