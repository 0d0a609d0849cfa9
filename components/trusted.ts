/**
 * Lets through what a person did and drops what a script made up: a page's scripts can reach buttons that we
 * put into the page.
 */
export function trusted<E extends Event>(act: (event: E) => void): (event: E) => void {
  return (event) => {
    if (event.isTrusted) act(event);
  };
}
