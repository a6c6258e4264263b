"""One office: its home folder, settings, scheme packs and registry, opened together."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from registry.registry import Registry, close_registry, open_registry
from scheme.model import Pack
from service.errors import UserError
from service.home import Home
from service.packs import load_packs
from service.settings import Settings, schemes_folder


@dataclass(frozen=True, slots=True)
class Office:
    home: Home
    settings: Settings
    packs: Mapping[str, Pack]
    registry: Registry

    def pack(self, scheme: str) -> Pack:
        """Raises UserError, naming the schemes there are."""
        if scheme not in self.packs:
            raise UserError(f"没有方案“{scheme}”，可用：{'、'.join(self.packs)}")
        return self.packs[scheme]


@contextmanager
def open_office(home: Home, settings: Settings) -> Iterator[Office]:
    """Raises UserError or RegistryError."""
    registry = open_registry(registry_url(home, settings))
    try:
        yield Office(home, settings, load_packs(schemes_folder(settings)), registry)
    finally:
        close_registry(registry)


def registry_url(home: Home, settings: Settings) -> str:
    return settings.registry_url or f"sqlite:///{home.registry_file.absolute()}"
