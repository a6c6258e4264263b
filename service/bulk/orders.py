"""What a bulk job is made by: keys, rules, style and sheet, put together from an office.

The registry is opened here and closed again, because the processes of a crew part with none open.
"""

import hashlib
import hmac
import os
import platform
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from certgen.label_drawing import LabelDrawer
from certgen.label_sheet import A4_SHEETS, Sheet, SheetError
from credential.cbor import encode
from credential.cose import Signer
from registry.jobs import Job, NewJob
from registry.registry import Registry, close_registry, open_registry
from scheme.model import Pack, Style
from service.bulk.checking import Rules
from service.bulk.press import Press, warm_up
from service.bulk.running import Shop
from service.errors import UserError
from service.home import Home
from service.keystore import open_key
from service.office import Office, open_office, registry_url
from service.settings import Settings
from service.signing import digest_key, signer_for

_SECRET: Final = b"zhengxin-label-secret/1"


@dataclass(frozen=True, slots=True)
class Paper:
    """``sheet``: labels on an A4 sheet of label stock, 0 for one a page; ``start``: first place
    of the first sheet, from 1."""

    sheet: int = 0
    start: int = 1


@dataclass(frozen=True, slots=True)
class Order:
    """All that is settled before the first row is read."""

    home: Home
    registry_url: str
    press: Press
    rules: Rules
    paper: Paper
    who: str

    def new_job(self, data: bytes, out: Path) -> NewJob:
        """``data``: the table."""
        said = [
            self.press.pack.id,
            self.press.pack.sha256,
            self.press.style.id,
            self.paper.sheet,
            self.paper.start,
            hashlib.sha256(data).digest(),
        ]
        return NewJob(
            scheme=self.press.pack.id,
            style=self.press.style.id,
            kid=self.press.signer.public_key.kid,
            input_sha256=hashlib.sha256(encode(said)).digest(),
            options={
                "sheet": self.paper.sheet,
                "start": self.paper.start,
                "out": str(out.absolute()),
            },
            who=self.who,
        )

    def shop(self, registry: Registry, job: Job) -> Shop:
        return Shop(registry, self.press, jobs_folder(self.home) / str(job.id), worker_name())


def new_order(
    home: Home,
    settings: Settings,
    scheme: str,
    style_id: str,
    *,
    paper: Paper,
    passphrase: str,
    at: int,
    who: str,
) -> Order:
    """Raises UserError: no such style, it is no label, or it does not go with the sheet."""
    with open_office(home, settings) as office:
        pack = office.pack(scheme)
        style = label_style_of(pack, style_id)
        signer = signer_for(office, style.kind, pack.id, at, passphrase)
        return _order(
            office, pack, style, paper=paper, signer=signer, passphrase=passphrase, at=at, who=who
        )


def order_of(home: Home, settings: Settings, job: Job, passphrase: str) -> Order:
    """To go on with a job: with the key that began it, as of when it was made.

    Raises:
        UserError: the key is not on this machine, or the pack has changed since.
    """
    with open_office(home, settings) as office:
        pack = office.pack(job.scheme)
        style = label_style_of(pack, job.style)
        signer = open_key(home.private_keys, job.kid, passphrase)
        paper = paper_of(job.options)
        return _order(
            office,
            pack,
            style,
            paper=paper,
            signer=signer,
            passphrase=passphrase,
            at=job.created_at,
            who=job.who,
        )


def paper_of(options: Mapping[str, Any]) -> Paper:
    return Paper(int(options["sheet"]), int(options["start"]))


def _order(
    office: Office,
    pack: Pack,
    style: Style,
    *,
    paper: Paper,
    signer: Signer,
    passphrase: str,
    at: int,
    who: str,
) -> Order:
    try:
        drawer = LabelDrawer.of(style, _sheet(paper.sheet), paper.start)
    except SheetError as error:
        raise UserError(str(error)) from error
    digest = digest_key(office, passphrase)
    # a key of its own from the one that never changes: numbers are the same next year
    secret = hmac.digest(digest, _SECRET, hashlib.sha256)
    press = Press(pack, style, signer, secret, office.settings.base_url, drawer)
    warm_up(press, at)
    url = registry_url(office.home, office.settings)
    return Order(office.home, url, press, Rules(pack, style, digest, at), paper, who)


def label_style_of(pack: Pack, style_id: str) -> Style:
    """Raises UserError, naming the label styles there are."""
    labels = {style.id: style for style in pack.styles if style.layout is not None}
    if style_id not in labels:
        known = "、".join(labels) or "无"
        raise UserError(f"方案“{pack.id}”没有标签样式“{style_id}”，可用：{known}")
    return labels[style_id]


def _sheet(up: int) -> Sheet | None:
    if up == 0:
        return None
    if up not in A4_SHEETS:
        raise UserError(f"没有每张 {up} 格的标签纸，可用：{'、'.join(map(str, A4_SHEETS))}")
    return A4_SHEETS[up]


def jobs_folder(home: Home) -> Path:
    return home.path / "jobs"


def worker_name() -> str:
    return f"{platform.node()}/{os.getpid()}"


@contextmanager
def opened(url: str) -> Iterator[Registry]:
    registry = open_registry(url)
    try:
        yield registry
    finally:
        close_registry(registry)
