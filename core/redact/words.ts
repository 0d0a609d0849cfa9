import { cluesBetween, PLACE_BITS } from "./clues";
import type { Edit } from "./edits";

/** How far before a change a word may begin that goes on into it; none that is looked for is longer. */
const LONGEST_WORD = 80;
/** A word may ask for the characters before it. */
const LOOKS_BACK = 4;
/** A function that is called often is compiled better than one whose loop runs on and on. */
const PIECE = 4096;

/** The clues of a text, and where the words stand that most rules go by: found once, used by all of them. */
export class Words {
  private constructor(
    readonly text: string,
    /** All of them, ORed. */
    readonly clues: number,
    /** See cluesBetween. */
    private readonly places: readonly number[],
  ) {}

  static of(text: string): Words {
    const { length } = text;
    const places: number[] = [];
    let clues = 0;
    for (let from = 0; from < length; from += PIECE) clues |= cluesBetween(text, from, from + PIECE, places);
    return new Words(text, clues, places);
  }

  /** The same for the text with some changes: only what stands around these is looked at. Clues that went may stay. */
  after(edits: readonly Edit[], text: string): Words {
    const places: number[] = [];
    let { clues } = this;
    let index = 0;
    let shift = 0;
    let seen = 0;
    const keep = (end: number) => {
      for (; index < this.places.length; index++) {
        const place = this.places[index] ?? 0;
        const at = place >>> PLACE_BITS;
        if (at >= end) return;
        if (at + shift >= seen) places.push(place + (shift << PLACE_BITS));
      }
    };
    for (const edit of edits) {
      const start = Math.max(edit.from + shift - LONGEST_WORD, seen);
      keep(start - shift);
      seen = edit.from + shift + edit.text.length + LOOKS_BACK;
      clues |= cluesBetween(text, start, seen, places);
      shift += edit.text.length - (edit.to - edit.from);
    }
    keep(Number.POSITIVE_INFINITY);
    return new Words(text, clues, places);
  }

  /** @returns tells where the next of these words begins, -1 where none does; is asked in the order of the text */
  finder(clues: number): (from: number) => number {
    const { places } = this;
    const least = (from: number) => from << PLACE_BITS;
    let index = 0;
    return (from) => {
      for (; index < places.length; index++) {
        const place = places[index] ?? 0;
        if (place >= least(from) && (place & clues) !== 0) return place >>> PLACE_BITS;
      }
      return -1;
    };
  }
}
