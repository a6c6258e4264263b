// Reads what Zhengxin signs with a CBOR library and Ed25519 of another language.
//
//     node read_messages.mjs FOLDER_WITH_NODE_MODULES < items.json > results.json
//
// items: [{name, type, message (hex), public_key (hex), qr_text (optional)}]. The labels below are
// those of docs/claims.cddl, typed once more.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { createHash } from "node:crypto";
import { inflateSync } from "node:zlib";
import { readFileSync } from "node:fs";

const require = createRequire(pathToFileURL(process.argv[2] + "/"));
const load = (name) => import(pathToFileURL(require.resolve(name)));
const { decode, encode, Tag, dcborDecodeOptions, cdeEncodeOptions } = await load("cbor2");
const { ed25519 } = await load("@noble/curves/ed25519.js");

const CWT = {
  2: "sub", 4: "exp", 6: "iat", 7: "cti", 65533: "status_list", 65534: "ttl", "-65537": "app",
};
const APP = {
  credential:
    "kind profile subject status digest product name pack template quantity origin basis role grade matter",
  grade: "subject scheme id code since",
  "trust-list": "version base_urls roots keys seals",
};
const ISSUER_KEY = "key issuer valid_from valid_until uses schemes compromised_at";
const SEAL = "digest issuer valid_from valid_until compromised_at";

const hex = (bytes) => Buffer.from(bytes).toString("hex");
const bytes = (text) => new Uint8Array(Buffer.from(text, "hex"));
const entries = (map) => (map instanceof Map ? [...map] : Object.entries(map));
const named = (labels, map) =>
  Object.fromEntries(entries(map).map(([label, value]) => [labels.split(" ")[label - 1], value]));

function plain(value) {
  if (value instanceof Uint8Array) return hex(value);
  if (Array.isArray(value)) return value.map(plain);
  if (value !== null && typeof value === "object")
    return Object.fromEntries(entries(value).map(([key, item]) => [String(key), plain(item)]));
  return value;
}

function check(fact, words) {
  if (!fact) throw new Error(words);
}

function read(item) {
  const message = bytes(item.message);
  if (item.qr_text !== undefined) {
    const digits = item.qr_text.slice(item.qr_text.lastIndexOf("/1/") + 3);
    check(BigInt(digits).toString(16) === item.message, "the symbol's text is another message");
  }
  const x = bytes(item.public_key);
  // RFC 9679: the key's thumbprint, over the required members in deterministic order
  const key = encode(new Map([[1, 1], [-1, 6], [-2, x]]), cdeEncodeOptions);
  const kid = createHash("sha256").update(key).digest("hex").slice(0, 8);

  const tagged = decode(message, { ...dcborDecodeOptions, preferMap: true });
  check(tagged instanceof Tag && Number(tagged.tag) === 18, "not a COSE_Sign1");
  const [protectedBytes, unprotected, payload, signature] = tagged.contents;
  check(entries(unprotected).length === 0, "unprotected header");
  const header = decode(protectedBytes, { ...dcborDecodeOptions, preferMap: true });
  check(header.get(1) === -19, "another algorithm");
  check(hex(header.get(4)) === kid, "another key");
  // RFC 9052 section 4.4
  const signed = encode(["Signature1", protectedBytes, new Uint8Array(0), payload]);
  check(ed25519.verify(signature, signed, x, { zip215: false }), "bad signature");

  const cwt = decode(payload, { ...dcborDecodeOptions, preferMap: true });
  const claims = Object.fromEntries([...cwt].map(([label, value]) => [CWT[label], value]));
  if (claims.app !== undefined) claims.app = named(APP[item.type], claims.app);
  if (item.type === "trust-list") {
    claims.app.keys = claims.app.keys.map((entry) => named(ISSUER_KEY, entry));
    if (claims.app.seals !== undefined)
      claims.app.seals = claims.app.seals.map((entry) => named(SEAL, entry));
  }
  if (item.type === "status-list") {
    const list = claims.status_list;
    claims.status_list = { bits: list.get("bits"), lst: inflateSync(list.get("lst")) };
  }
  return {
    kid,
    content_type: header.get(16) ?? null,
    payload: hex(payload),
    claims: plain(claims),
  };
}

const results = {};
for (const item of JSON.parse(readFileSync(0, "utf8"))) {
  try {
    results[item.name] = read(item);
  } catch (error) {
    results[item.name] = { refused: `${error.name}: ${error.message}` };
  }
}
process.stdout.write(JSON.stringify({ library: "cbor2 and @noble/curves", results }));
