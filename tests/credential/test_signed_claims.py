"""What is signed and what is read back are one value."""

import pytest

from credential.cbor import FormatError
from credential.signed_claims import read_signed, sign_claims
from tests import samples


@pytest.mark.parametrize("claims", [samples.PRODUCER, samples.HOUSEHOLD, samples.PLEDGE])
def test_a_message_says_the_claims_it_was_made_of(claims):
    signed = sign_claims(claims, samples.ISSUER)
    assert read_signed(signed.message) == signed
    assert signed.claims == claims
    assert signed.kid == samples.ISSUER.public_key.kid
    assert signed.message == samples.signed(claims)


def test_what_is_no_credential():
    with pytest.raises(FormatError):
        read_signed(b"\x00")
