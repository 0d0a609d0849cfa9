import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { heldSource, type Source, slicesOf } from "./bytes";
import type { Fault } from "./faults";

/** One request, as the server saw it and answered it. */
export interface RecordedRequest {
  /** ms since the epoch. */
  at: number;
  host: string;
  method: string;
  /** With its query. */
  path: string;
  headers: Record<string, string>;
  /** 0 until headers are sent, and for good where the connection was cut before them. */
  status: number;
  /** Bytes of the answer's body handed to the connection. */
  bytesSent: number;
  /** When the whole answer was handed to the connection, ms since the epoch; null until then, and where it was cut. */
  sentAt: number | null;
}

/** A request on its way through the server. */
export interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  url: URL;
  record: RecordedRequest;
  /** The TCP connection under the TLS one: only there can a reset be sent. */
  socket: Socket | null;
  fault: Fault | null;
}

export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body: Source;
}

/** Time for bytes already sent to be read before a reset throws away what is in flight. */
const FLUSH_MS = 60;

export function jsonAnswer(status: number, text: string, headers: Record<string, string> = {}): Answer {
  return {
    status,
    headers: { "content-type": "application/json", ...headers },
    body: heldSource(Buffer.from(text)),
  };
}

export function detail(status: number, message: string): Answer {
  return jsonAnswer(status, JSON.stringify({ detail: message }));
}

export function methodNotAllowed(allow: string): Answer {
  const answer = detail(405, "Method Not Allowed");
  return { ...answer, headers: { ...answer.headers, allow } };
}

export const emptyNotFound: Answer = { status: 404, body: heldSource(Buffer.alloc(0)) };

/** Sends the answer, spoilt by the exchange's fault if it has one. */
export async function send(exchange: Exchange, answer: Answer): Promise<void> {
  const { fault, response } = exchange;
  if (fault?.kind === "reset-before-headers") return reset(exchange);
  if (fault?.kind === "stall-before-headers") await wait(fault.ms);
  if (response.destroyed) return;
  const spoilt = replaced(answer, fault);
  const length = fault?.kind === "understate" ? fault.bytes : spoilt.body.length;
  const headers: Record<string, string> = { ...spoilt.headers };
  const chunked = fault?.kind === "truncate" && fault.framing === "chunked";
  if (!chunked) headers["content-length"] = String(length);
  exchange.record.status = spoilt.status;
  response.writeHead(spoilt.status, headers);
  await sendBody(exchange, spoilt.body);
}

/** Faults that put another answer in the place of the right one. */
function replaced(answer: Answer, fault: Fault | null): Answer {
  switch (fault?.kind) {
    case "status":
      return {
        status: fault.status,
        headers: { "content-type": "application/json", ...fault.headers },
        body: heldSource(bytesOf(fault.body ?? JSON.stringify({ detail: "practice fault" }))),
      };
    case "not-uploaded":
      return detail(404, "Artifact content not available");
    case "redirect":
      return {
        status: fault.status ?? 302,
        headers: { location: fault.location },
        body: heldSource(Buffer.alloc(0)),
      };
    case "gzip":
      return {
        ...answer,
        headers: { ...answer.headers, "content-encoding": "gzip" },
        body: heldSource(gzipSync(wholeOf(answer.body))),
      };
    case "zstd":
      return {
        ...answer,
        headers: { ...answer.headers, "content-encoding": "zstd" },
        body: heldSource(zstdFrame(wholeOf(answer.body))),
      };
    case "cut-json":
      return { ...answer, body: heldSource(answer.body.slice(0, fault.bytes)) };
    default:
      return answer;
  }
}

function bytesOf(body: string | Buffer): Buffer {
  return typeof body === "string" ? Buffer.from(body) : body;
}

/** One slice of a generated source may be shorter than asked. */
function wholeOf(source: Source): Buffer {
  return Buffer.concat([...slicesOf(source)]);
}

const MOST_OF_A_BLOCK = 128 * 1024;

/** Zstandard without compression (RFC 8878 §3.1.1): raw blocks in one frame. Node 20 has no compressor for it. */
function zstdFrame(plain: Uint8Array): Buffer {
  // Magic number; no checksum, no size; a window of 1 MiB.
  const parts: Uint8Array[] = [Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x50)];
  for (let at = 0; at === 0 || at < plain.length; at += MOST_OF_A_BLOCK) {
    const block = plain.subarray(at, at + MOST_OF_A_BLOCK);
    const last = at + MOST_OF_A_BLOCK >= plain.length ? 1 : 0;
    const header = (block.length << 3) | last;
    parts.push(Uint8Array.of(header & 0xff, (header >> 8) & 0xff, header >> 16), block);
  }
  return Buffer.concat(parts);
}

async function sendBody(exchange: Exchange, body: Source): Promise<void> {
  const { fault } = exchange;
  switch (fault?.kind) {
    case "reset-after":
    case "grow-after":
      if (!(await write(exchange, body, 0, fault.bytes))) return;
      await wait(FLUSH_MS);
      return reset(exchange);
    case "truncate":
      if (!(await write(exchange, body, 0, fault.bytes))) return;
      await wait(FLUSH_MS);
      exchange.request.socket.end();
      return;
    case "stall-after":
      if (!(await write(exchange, body, 0, fault.bytes))) return;
      await wait(fault.ms);
      await write(exchange, body, fault.bytes);
      break;
    case "drip":
      for (let at = 0; at < body.length; at += fault.bytes) {
        if (!(await write(exchange, body, at, at + fault.bytes))) return;
        await wait(fault.everyMs);
      }
      break;
    default:
      await write(exchange, body, 0);
  }
  exchange.response.end();
}

/** Writes a part of the body as fast as the reader takes it; false once the reader has gone. */
async function write(exchange: Exchange, body: Source, from: number, to = body.length): Promise<boolean> {
  const { response, record } = exchange;
  for (const slice of slicesOf(body, from, Math.min(to, body.length))) {
    if (response.destroyed) return false;
    record.bytesSent += slice.length;
    if (!response.write(slice)) await drained(response);
  }
  return !response.destroyed;
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off("drain", done);
      response.off("close", done);
      resolve();
    };
    response.on("drain", done);
    response.on("close", done);
  });
}

function reset({ socket, request }: Exchange): void {
  if (socket) socket.resetAndDestroy();
  else request.socket.destroy();
}
