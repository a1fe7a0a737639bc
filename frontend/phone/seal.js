// Seal bytes to a public key, so that this phone can count them and never read them.
//
// Layout: version (1 byte, 1), key id (16), ephemeral public key (65, uncompressed P-256),
// nonce (12), AES-256-GCM ciphertext with tag. The AES key is HKDF-SHA-256 of the ECDH
// secret, without salt, with "companion seal 1" and the key id and the ephemeral public key
// as info. The additional data is what the bytes belong to, such as the item's UUID.
const VERSION = 1;
const CURVE = { name: "ECDH", namedCurve: "P-256" };
const NAME = "companion seal 1";
// Lengths tell nothing: plaintexts are filled up with spaces.
const BLOCK = 512;

const text = new TextEncoder();
export const bytesOf = (value) => text.encode(value);
export const fromBase64 = (value) => Uint8Array.from(atob(value), (letter) => letter.charCodeAt(0));
export const toBase64 = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
export const joined = (...parts) => new Uint8Array(parts.flatMap((part) => [...part]));

const uuidBytes = (uuid) => Uint8Array.from(uuid.replaceAll("-", "").match(/../g), (pair) => parseInt(pair, 16));

export const wrappingKey = async (privateKey, publicKey, keyId, ephemeral, usage) => {
  const secret = await crypto.subtle.deriveBits({ name: "ECDH", public: publicKey }, privateKey, 256);
  const material = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveKey"]);
  const info = joined(bytesOf(NAME), uuidBytes(keyId), ephemeral);
  const how = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info };
  return crypto.subtle.deriveKey(how, material, { name: "AES-GCM", length: 256 }, false, [usage]);
};

// `to` is {id: uuid, public: base64 of the raw point}; `value` becomes JSON.
export const seal = async (value, to, boundTo) => {
  const theirs = await crypto.subtle.importKey("raw", fromBase64(to.public), CURVE, false, []);
  const pair = await crypto.subtle.generateKey(CURVE, false, ["deriveBits"]);
  const ephemeral = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  const key = await wrappingKey(pair.privateKey, theirs, to.id, ephemeral, "encrypt");
  const plain = bytesOf(JSON.stringify(value));
  const filled = new Uint8Array(Math.ceil((plain.length + 1) / BLOCK) * BLOCK).fill(32);
  filled.set(plain);
  const nonce = crypto.getRandomValues(new Uint8Array(12));
  const how = { name: "AES-GCM", iv: nonce, additionalData: bytesOf(boundTo) };
  const sealed = new Uint8Array(await crypto.subtle.encrypt(how, key, filled));
  return joined([VERSION], uuidBytes(to.id), ephemeral, nonce, sealed);
};
