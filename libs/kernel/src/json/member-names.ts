/** Up to this many names, comparing each with each is faster than filling a set. */
const FEW = 8;

/** The member names of one object, each of which may be added once. */
export class MemberNames {
  private readonly few: string[] = [];
  private all: Set<string> | null = null;

  /** False when the name was there already. Linear in the number of names over the whole object's life. */
  add(name: string): boolean {
    if (this.all) return this.all.size < this.all.add(name).size;
    if (this.few.includes(name)) return false;
    this.few.push(name);
    if (this.few.length > FEW) this.all = new Set(this.few);
    return true;
  }
}
