"""Signed status lists and grade statements, made from the registry when they are asked for."""

from typing import Final

from credential.cose import Signer
from credential.grade import LIFETIME, GradeStatement, sign_grade
from credential.status import StatusList, sign_status_list, status_bits
from registry.grades import shown_grade
from registry.status import status_list_entries
from service.office import Office

_HOUR: Final = 3600


def signed_status_list(office: Office, number: int, signer: Signer, at: int) -> bytes | None:
    """The token of list ``number`` as it is now, or None where there is no such list."""
    size, changed = status_list_entries(office.registry, number)
    if size == 0:
        return None
    statuses = StatusList(
        uri=f"{office.settings.base_url}/status/{number}",
        issued_at=at,
        expires_at=at + office.settings.status_list_hours * _HOUR,
        bits=status_bits(size, changed.items()),
    )
    return sign_status_list(statuses, signer)


def signed_grade(
    office: Office, subject: bytes, scheme: str, signer: Signer, at: int
) -> bytes | None:
    """The grade now of a subject (registry key), or None where it has none.

    Whether it may be shown is the caller's to know (PIPL Art. 25).
    """
    shown = shown_grade(office.registry, subject, scheme)
    if shown is None:
        return None
    statement = GradeStatement(
        subject, scheme, shown.grade, shown.since, issued_at=at, expires_at=at + LIFETIME
    )
    return sign_grade(statement, signer)
