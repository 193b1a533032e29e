import { OTHER } from './cells.js';

/** Words a metric may have as an attribute without end being in sight: the first `max` stand, the rest is `_other`. */
export class BoundedWords {
  private readonly words = new Set<string>();

  constructor(private readonly max: number) {}

  of(word: string): string {
    if (this.words.has(word)) return word;
    if (this.words.size >= this.max) return OTHER;
    this.words.add(word);
    return word;
  }
}
