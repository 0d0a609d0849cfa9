import { type AddressInfo, createConnection, createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** A link as users have one. */
export interface Link {
  name: string;
  what: string;
  /** Bits a second, each way; null: as fast as the machine. */
  bitsPerSecond: number | null;
  /** There and back, ms. */
  roundTripMs: number;
  /** Part of all requests whose connection is reset in mid-answer, 0..1. */
  resets: number;
}

export const LINKS: Link[] = [
  { name: "loopback", what: "loopback", bitsPerSecond: null, roundTripMs: 0, resets: 0 },
  { name: "1gbit", what: "1 Gbit/s, 20 ms", bitsPerSecond: 1e9, roundTripMs: 20, resets: 0 },
  { name: "100mbit", what: "100 Mbit/s, 60 ms", bitsPerSecond: 1e8, roundTripMs: 60, resets: 0 },
  {
    name: "20mbit",
    what: "20 Mbit/s, 150 ms, 1 % of requests reset",
    bitsPerSecond: 2e7,
    roundTripMs: 150,
    resets: 0.01,
  },
];

export interface ShapedLink {
  port: number;
  close(): void;
}

/** What may wait at the entry of the link before its sender has to: 64 KB, as in a small router. */
const QUEUE_BYTES = 64 * 1024;

/**
 * A link between whoever connects and the server at `target`: it delays and slows down the bytes of all its
 * connections together, and looks at none of them (TLS goes through).
 */
export async function openLink(
  { bitsPerSecond, roundTripMs, resets }: Link,
  target: number,
): Promise<ShapedLink> {
  const bytesPerMs = (bitsPerSecond ?? Number.POSITIVE_INFINITY) / 8000;
  const there = new Pipe(bytesPerMs, roundTripMs / 2);
  const back = new Pipe(bytesPerMs, roundTripMs / 2);
  const open = new Set<Socket>();
  const server = createServer({ noDelay: true }, (near) => {
    const far = createConnection({ port: target, host: "127.0.0.1", noDelay: true });
    let resetAfter = Number.POSITIVE_INFINITY;
    let answered = true;
    let came = 0;
    // The handshake of the real link would have taken its time before the first byte.
    const opened = sleep(roundTripMs);
    for (const socket of [near, far]) {
      open.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        open.delete(socket);
        (socket === near ? far : near).destroy();
      });
    }
    near.on("data", (bytes) => {
      // What follows an answer is a request.
      if (answered && Math.random() < resets) resetAfter = came + Math.random() * 64_000;
      answered = false;
      void opened.then(() => there.send(bytes, near, far));
    });
    far.on("data", (bytes) => {
      answered = true;
      came += bytes.length;
      if (came > resetAfter) near.resetAndDestroy();
      else back.send(bytes, far, near);
    });
    near.on("end", () => void opened.then(() => there.end(far)));
    far.on("end", () => back.end(near));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    close() {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

/** One way of a link: bytes leave in the order in which they came, at its pace, and arrive after its delay. */
class Pipe {
  #freeAt = 0;
  #due: { at: number; deliver: () => void }[] = [];
  #timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly bytesPerMs: number,
    private readonly delayMs: number,
  ) {}

  send(bytes: Buffer, from: Socket, to: Socket): void {
    const now = performance.now();
    this.#freeAt = Math.max(now, this.#freeAt) + bytes.length / this.bytesPerMs;
    const full = QUEUE_BYTES / this.bytesPerMs;
    if (this.#freeAt - now > full) {
      from.pause();
      setTimeout(() => from.resume(), this.#freeAt - now - full);
    }
    this.#at(this.#freeAt + this.delayMs, () => to.write(bytes));
  }

  end(to: Socket): void {
    this.#at(Math.max(performance.now(), this.#freeAt) + this.delayMs, () => to.end());
  }

  #at(at: number, deliver: () => void): void {
    this.#due.push({ at, deliver });
    this.#timer ??= this.#wake();
  }

  /** One timer for all: what is due is delivered together. */
  #wake(): NodeJS.Timeout | null {
    const now = performance.now();
    while (this.#due[0] && this.#due[0].at <= now + 0.5) this.#due.shift()?.deliver();
    this.#timer = null;
    const [next] = this.#due;
    if (next) {
      this.#timer = setTimeout(() => {
        this.#timer = this.#wake();
      }, next.at - now);
    }
    return this.#timer;
  }
}
