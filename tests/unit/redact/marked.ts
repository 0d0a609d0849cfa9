/** A text with secrets marked in it: `pin: «otp|4839»`. */
export interface Marked {
  /** Without the marks. */
  text: string;
  /** With tags in the secrets' places, their numbers left out, see `plainTags`. */
  hidden: string;
}

const MARK = /«([a-z]+)\|([^»]*)»/g;

/** Reads a specification of what is to be hidden and what stays. */
export function marked(specification: string): Marked {
  return {
    text: specification.replace(MARK, "$2"),
    hidden: specification.replace(MARK, "[redacted:$1]"),
  };
}

/** A text without its tags' numbers. */
export function plainTags(text: string): string {
  return text.replace(/\[redacted:([a-z]+)#\d+\]/g, "[redacted:$1]");
}
