/** Reads a field value from left to right by sticky expressions, so that no character is looked at twice. */
export class FieldReader {
  private at = 0;

  constructor(private readonly text: string) {}

  get done(): boolean {
    return this.at === this.text.length;
  }

  /** What the sticky expression matches at the present position, which moves behind it; null when it does not match. */
  take(expression: RegExp): RegExpExecArray | null {
    expression.lastIndex = this.at;
    const match = expression.exec(this.text);
    if (match) this.at += match[0].length;
    return match;
  }
}
