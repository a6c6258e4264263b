"""What a bulk job is made by: keys, rules, style and sheet, put together from an office.

The registry is opened here and closed again, because the processes of a crew part with none open.
"""

import hashlib
import hmac
import os
import platform
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Final

from certgen.label_files import FormatError, make_drawer
from certgen.label_sheet import SheetError
from credential.cbor import encode
from credential.cose import Signer
from credential.fields import format_time
from registry.jobs import Job, NewJob
from registry.keys import issuer_keys
from registry.registry import Registry, close_registry, open_registry
from scheme.model import Pack, Style
from service.bulk.checking import Rules
from service.bulk.press import Press, warm_up
from service.bulk.running import Shop
from service.bulk.source import Source
from service.errors import UserError
from service.home import Home
from service.keystore import open_key
from service.office import Office, open_office, registry_url
from service.settings import Settings
from service.signing import digest_key, signer_for

_SECRET: Final = b"zhengxin-label-secret/1"


@dataclass(frozen=True, slots=True)
class Paper:
    """What is printed on, as :func:`certgen.label_files.make_drawer` takes it. ``sheet``: a kind of
    stock or a grid, empty for one label a page; ``start``: first place of the first sheet, from 1."""

    sheet: str = ""
    start: int = 1
    format: str = "pdf"
    dpi: int | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """All that is settled before the first row is read."""

    home: Home
    registry_url: str
    press: Press
    rules: Rules
    paper: Paper
    who: str

    def new_job(self, source: Source, out: Path) -> NewJob:
        said = [
            self.press.pack.id,
            self.press.pack.sha256,
            self.press.style.id,
            *asdict(self.paper).values(),
            source.sha256,
        ]
        return NewJob(
            scheme=self.press.pack.id,
            style=self.press.style.id,
            kid=self.press.signer.public_key.kid,
            input_sha256=hashlib.sha256(encode(said)).digest(),
            options=asdict(self.paper) | {"out": str(out.absolute())},
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
        UserError: the key is not on this machine or signs no more, or the pack has changed since.
    """
    with open_office(home, settings) as office:
        pack = office.pack(job.scheme)
        style = label_style_of(pack, job.style)
        _check_key(office, job, int(time.time()))
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


def _check_key(office: Office, job: Job, at: int) -> None:
    """``at``: now (Unix seconds). What is recorded now, the key must be good for now."""
    key = next((key for key in issuer_keys(office.registry) if key.key.kid == job.kid), None)
    if key is None or (key.compromised_at is None and at < key.valid_until):
        return
    ended = f"已于 {format_time(key.valid_until)} 停用或到期"
    raise UserError(
        f"任务 {job.id} 的签名密钥{ended if key.compromised_at is None else '已失密'}，不能继续；"
        f"请放弃后重新提交表格：zhengxin jobs abandon {job.id}"
    )


def paper_of(options: Mapping[str, Any]) -> Paper:
    return Paper(**{spec.name: options[spec.name] for spec in fields(Paper)})


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
        drawer = make_drawer(style, **asdict(paper))
    except (FormatError, SheetError) as error:
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


def jobs_folder(home: Home) -> Path:
    return home.path / "jobs"


def worker_name() -> str:
    return f"{platform.node()}/{os.getpid()}"


@contextmanager
def opened(url: str) -> Iterator[Registry]:
    """Once more: an order's own office was open before."""
    registry = open_registry(url, up_to_date=True)
    try:
        yield registry
    finally:
        close_registry(registry)
