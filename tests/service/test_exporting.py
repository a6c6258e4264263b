"""service/exporting.py: what a verifier without a network is given."""

from pathlib import Path

import pytest

from service.errors import UserError
from service.exporting import export_trust
from service.snapshots import read_cached
from service.trust import read_root
from tests.flows.office import DAY, ISSUED, MADE, PASSPHRASE, Place


def test_root_trust_list_and_every_status_list(own: Place, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with own.office() as opened:
        assert export_trust(opened, out, PASSPHRASE, ISSUED) == 1
    assert {path.name for path in out.iterdir()} == {
        "root.cose",
        "trust-list.cose",
        "status-1.cose",
    }
    assert read_root(out) == read_root(own.home.trust)
    assert len(read_cached(out, own.home, ISSUED).snapshots) == 1


def test_an_expired_trust_list_is_not_handed_out(own: Place, tmp_path: Path) -> None:
    with own.office() as opened, pytest.raises(UserError, match="信任列表已过有效期"):
        export_trust(opened, tmp_path / "out", PASSPHRASE, MADE + 90 * DAY)
    assert not (tmp_path / "out").exists()


def test_an_office_that_issued_nothing_has_no_status_list(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.done("init", at=MADE)
    with place.office() as opened:
        assert export_trust(opened, tmp_path / "out", PASSPHRASE, ISSUED) == 0
