"""The number printed on a label leads to its batch's page, as it stands today."""

from pathlib import Path

import pytest

from credential.certificate_id import (
    format_certificate_id,
    new_certificate_id,
    parse_certificate_id,
)
from credential.status import Status
from registry.records import scan_view
from registry.status import change_status
from service.commands.serve import running_app
from service.office import open_office
from service.running import RunningOffice
from service.settings import load_settings
from tests.samples import AT
from tests.service.bulk.office import PASSPHRASE, WHO, issue, make_home, manifest, row, table
from tests.service.web.asgi_client import AsgiClient

JSON = {"accept": "application/json"}


def test_valid_then_void_and_unknown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RunningOffice, "now", lambda _self: AT + 60)
    home = make_home(tmp_path)
    issue(home, table([row(1, labels=2), row(2)]), tmp_path / "out", processes=1)
    first, second, other = (line["id"] for line in manifest(tmp_path / "out"))
    with (
        open_office(home, load_settings(home)) as office,
        running_app(office, PASSPHRASE) as app,
    ):
        client = AsgiClient(app)
        for number in (first, second, other):
            content = client.get(f"/c/{number}", JSON).json()
            assert (content["state"], content["number"]) == ("valid", number)
            assert content["fields"]["product"] == "草莓"
        view = scan_view(office.registry, parse_certificate_id(first))
        assert view is not None and view.label_of is not None
        change_status(
            office.registry, view.label_of, Status.INVALID, "农残超标", at=AT + 9, who=WHO
        )
        for number in (first, second):
            page = client.get(f"/c/{number}")
            assert page.status_code == 200
            assert 'class="banner void"' in page.text
            assert "农残超标" in page.text and number in page.text
        assert client.get(f"/c/{other}", JSON).json()["state"] == "valid"
        unknown = format_certificate_id(new_certificate_id(AT, b"nobody"))
        page = client.get(f"/c/{unknown}")
        assert page.status_code == 404
        assert 'class="banner unknown"' in page.text and unknown in page.text
