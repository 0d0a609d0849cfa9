/** True where a message is addressed to `to`; all contexts of the extension hear all messages. */
export function isFor<M extends { to: string; type: string }>(message: unknown, to: M["to"]): message is M {
  const typed = typeof message === "object" && message !== null && "to" in message && "type" in message;
  return typed && message.to === to && typeof message.type === "string";
}
