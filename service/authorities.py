"""The certification authorities that this verifier trusts for foreign PDF signatures."""

from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from service.errors import UserError

FOLDER: Final = "authorities"
_PEM: Final = b"-----BEGIN CERTIFICATE-----"


def read_authorities(trust: Path) -> tuple[bytes, ...]:
    """The certificates (DER) in the folder ``authorities`` of the trust folder: PEM or DER files.

    Raises:
        UserError: a file there is no certificate.
    """
    found = []
    for path in sorted((trust / FOLDER).glob("*")):
        try:
            data = path.read_bytes()
            certificates = (
                x509.load_pem_x509_certificates(data)
                if _PEM in data
                else [x509.load_der_x509_certificate(data)]
            )
        except (OSError, ValueError) as error:
            raise UserError(f"{path} 不是证书文件（PEM 或 DER）") from error
        found += [certificate.public_bytes(Encoding.DER) for certificate in certificates]
    return tuple(found)
