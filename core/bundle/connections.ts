/** What Firefox puts beside the headers of an answer that came by HTTP/2 or HTTP/3; scripts can't learn the protocol there otherwise. */
const MULTIPLEXED = ["x-firefox-spdy", "x-firefox-http3"];

interface Host {
  used: number;
  multiplexed: boolean;
  waiting: (() => void)[];
}

/**
 * The browser's connections to a host, which all jobs share. Firefox opens 6 on HTTP/1.1, and gives one that gets free
 * to this worker's next request for as long as there is one: the background, which looks a run up for the user, would
 * wait until an export is done (measured with Firefox 153: 21 s of 21 s). So an export leaves a connection free there.
 */
export class Connections {
  readonly #hosts = new Map<string, Host>();

  /** @param most files under way at once from a host that doesn't serve them all by one connection */
  constructor(private readonly most = Number.POSITIVE_INFINITY) {}

  /**
   * Waits for a turn at the host of `url`.
   * @returns what gives the turn back
   * @throws the signal's reason
   */
  async enter(url: string, signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this.most === Number.POSITIVE_INFINITY) return () => undefined;
    const host = this.#hostOf(url);
    if (host.used < this.#mostAt(host)) host.used++;
    else await turnAt(host, signal);
    return () => {
      host.used--;
      this.#serve(host);
    };
  }

  /** An answer tells how its host is to be asked. */
  answered(url: string, { headers }: Response): void {
    if (this.most === Number.POSITIVE_INFINITY || !MULTIPLEXED.some((name) => headers.has(name))) return;
    const host = this.#hostOf(url);
    host.multiplexed = true;
    this.#serve(host);
  }

  #mostAt(host: Host): number {
    return host.multiplexed ? Number.POSITIVE_INFINITY : this.most;
  }

  #serve(host: Host): void {
    while (host.used < this.#mostAt(host)) {
      const go = host.waiting.shift();
      if (!go) return;
      host.used++;
      go();
    }
  }

  #hostOf(url: string): Host {
    const { origin } = new URL(url);
    const host = this.#hosts.get(origin) ?? { used: 0, multiplexed: false, waiting: [] };
    this.#hosts.set(origin, host);
    return host;
  }
}

/** Resolves with a turn; who doesn't want it any more leaves the queue. */
function turnAt({ waiting }: Host, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = () => {
      waiting.splice(waiting.indexOf(go), 1);
      reject(signal.reason);
    };
    const go = () => {
      signal.removeEventListener("abort", leave);
      resolve();
    };
    waiting.push(go);
    signal.addEventListener("abort", leave, { once: true });
  });
}
