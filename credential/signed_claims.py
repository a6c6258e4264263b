"""Claims with the message that says them: who has both from here need not read the message again."""

from dataclasses import dataclass

from credential.claims import Claims, decode_claims, encode_claims
from credential.cose import Signer, open_sign1, sign1


@dataclass(frozen=True, slots=True)
class SignedClaims:
    """Made by :func:`sign_claims`, :func:`sign_payload` and :func:`read_signed` alone: ``message`` says ``claims``, and its
    header says ``kid``. Whether the signature is right is for credential.checking."""

    claims: Claims
    message: bytes
    kid: bytes


def sign_claims(claims: Claims, signer: Signer) -> SignedClaims:
    """Raises FormatError: the claims are not valid. What encode_claims returns reads back as they are."""
    return sign_payload(claims, encode_claims(claims), signer)


def sign_payload(claims: Claims, payload: bytes, signer: Signer) -> SignedClaims:
    """``payload``: what encode_claims returns for these, from there or from their form's ``fill``."""
    return SignedClaims(claims, sign1(payload, signer), signer.public_key.kid)


def read_signed(message: bytes) -> SignedClaims:
    """Raises FormatError: not a credential."""
    envelope = open_sign1(message)
    return SignedClaims(decode_claims(envelope.payload), message, envelope.kid)
