"""Reads what Zhengxin signs with python-cwt alone, in an environment of its own.

    python -I -S read_messages.py FOLDER_OF_PACKAGES < items.json > results.json

``items``: [{"name", "type", "message" (hex), "public_key" (hex), "qr_text" (optional)}]. Nothing of
the project is imported; the labels below are those of docs/claims.cddl, typed once more.
"""

import hashlib
import json
import sys
import zlib

sys.path.insert(0, sys.argv[1])

import cbor2
import cwt

CWT = {2: "sub", 4: "exp", 6: "iat", 7: "cti", 65533: "status_list", 65534: "ttl", -65537: "app"}
APP = {
    "credential": "kind profile subject status digest product name pack template quantity origin "
    "basis role grade matter",
    "grade": "subject scheme id code since",
    "trust-list": "version base_urls roots keys seals",
}
ISSUER_KEY = "key issuer valid_from valid_until uses schemes compromised_at"
SEAL = "digest issuer valid_from valid_until compromised_at"


def named(labels, entries):
    return {labels.split()[label - 1]: value for label, value in entries.items()}


def plain(value):
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


def read(item):
    message = bytes.fromhex(item["message"])
    if "qr_text" in item:
        number = int(item["qr_text"].rpartition("/1/")[2])
        if number.to_bytes((number.bit_length() + 7) // 8, "big") != message:
            raise ValueError("the symbol's text is another message")
    x = bytes.fromhex(item["public_key"])
    # RFC 9679: the key's thumbprint, over the required members in deterministic order
    cose_key = {1: 1, -1: 6, -2: x}
    kid = hashlib.sha256(cbor2.dumps(cose_key, canonical=True)).digest()[:4]
    # the key's own algorithm is -19: python-cwt would take -19 for a key declared as EdDSA too
    key = cwt.COSEKey.new({**cose_key, 2: kid, 3: -19, 4: [2]})
    protected, unprotected, payload = cwt.COSE.new(verify_kid=True).decode_with_headers(
        message, key
    )
    if unprotected or protected[1] != -19:
        raise ValueError("another header")
    claims = {CWT[label]: value for label, value in cbor2.loads(payload).items()}
    if "app" in claims:
        claims["app"] = named(APP[item["type"]], claims["app"])
    if item["type"] == "trust-list":
        claims["app"]["keys"] = [named(ISSUER_KEY, entry) for entry in claims["app"]["keys"]]
        if "seals" in claims["app"]:
            claims["app"]["seals"] = [named(SEAL, entry) for entry in claims["app"]["seals"]]
    if item["type"] == "status-list":
        claims["status_list"]["lst"] = zlib.decompress(claims["status_list"]["lst"])
    return {
        "kid": kid.hex(),
        "content_type": protected.get(16),
        "payload": payload.hex(),
        "claims": plain(claims),
    }


def main():
    results = {}
    for item in json.load(sys.stdin):
        try:
            results[item["name"]] = read(item)
        except (cwt.CWTError, ValueError, KeyError) as error:
            results[item["name"]] = {"refused": f"{type(error).__name__}: {error}"}
    json.dump({"library": f"cwt {cwt.__version__}", "results": results}, sys.stdout)


main()
