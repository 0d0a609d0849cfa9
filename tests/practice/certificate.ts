import { createPrivateKey, generateKeyPairSync, randomBytes, sign } from "node:crypto";

/** PEM texts for `https.createServer`. */
export interface Certificate {
  key: string;
  cert: string;
}

const OID = {
  commonName: [0x55, 0x04, 0x03],
  subjectAltName: [0x55, 0x1d, 0x11],
  basicConstraints: [0x55, 0x1d, 0x13],
  ecdsaWithSha256: [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02],
};

/** One DER element: tag, length, content (X.690 §8.1). */
function der(tag: number, ...parts: (Buffer | number[])[]): Buffer {
  const content = Buffer.concat(parts.map((part) => Buffer.from(part)));
  const length = content.length;
  const head = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...head]), content]);
}

const sequence = (...parts: Buffer[]): Buffer => der(0x30, ...parts);
const oid = (bytes: number[]): Buffer => der(0x06, bytes);
const octets = (content: Buffer): Buffer => der(0x04, content);

function utcTime(at: Date): Buffer {
  const text = at.toISOString().replace(/[-:T]/g, "").slice(2, 14);
  return der(0x17, Buffer.from(`${text}Z`));
}

/** A self-signed certificate for `hosts`, made anew: valid from yesterday, for 90 days (RFC 5280 §4.1). */
export function makeCertificate(hosts: string[]): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const algorithm = sequence(oid(OID.ecdsaWithSha256));
  const name = sequence(
    der(0x31, sequence(oid(OID.commonName), der(0x0c, Buffer.from(hosts[0] ?? "localhost")))),
  );
  const now = Date.now();
  const day = 86_400_000;
  const altNames = sequence(...hosts.map((host) => der(0x82, Buffer.from(host))));
  const extensions = sequence(
    sequence(oid(OID.subjectAltName), octets(altNames)),
    sequence(oid(OID.basicConstraints), der(0x01, [0xff]), octets(sequence(der(0x01, [0xff])))),
  );
  const serial = randomBytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  const body = sequence(
    der(0xa0, der(0x02, [2])),
    der(0x02, serial),
    algorithm,
    name,
    sequence(utcTime(new Date(now - day)), utcTime(new Date(now + 90 * day))),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, extensions),
  );
  const key = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const signature = sign("sha256", body, createPrivateKey(key));
  const certificate = sequence(body, algorithm, der(0x03, [0], signature));
  // No empty line where the last one is full: OpenSSL takes none.
  const lines = certificate
    .toString("base64")
    .match(/.{1,64}/g)
    ?.join("\n");
  return { key, cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n` };
}
