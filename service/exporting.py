"""What a verifier needs without a network, as files: root key, trust list, status lists."""

from pathlib import Path

from registry.status import status_lists
from service.home import write_file
from service.office import Office
from service.signing import signer_for
from service.status_lists import signed_status_list
from service.trust import LIST_FILE, current_trust_list, read_root, write_root


def export_trust(office: Office, folder: Path, passphrase: str, at: int) -> int:
    """Write root.cose, trust-list.cose and status-N.cose; returns how many status lists."""
    _, message = current_trust_list(office, at)
    write_root(folder, read_root(office.home.trust))
    write_file(folder / LIST_FILE, message)
    signer = signer_for(office, "status", None, at, passphrase)
    numbers = status_lists(office.registry)
    for number in numbers:
        token = signed_status_list(office, number, signer, at)
        if token is not None:
            write_file(folder / f"status-{number}.cose", token)
    return len(numbers)
