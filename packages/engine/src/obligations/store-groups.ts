/** Groups of values that are stored under one field or name, numbered, so that a leaf can name a group. */

export class StoreGroups {
  private readonly ids = new Map<string, number>();
  private readonly groups: (readonly number[])[] = [];

  /** The number of a group of stored values. */
  idOf(stores: readonly number[]): number {
    let id = this.byList.get(stores);
    if (id === undefined) this.byList.set(stores, (id = this.find(stores)));
    return id;
  }

  /** Most lists are asked about again and again. */
  private readonly byList = new WeakMap<readonly number[], number>();

  private find(stores: readonly number[]): number {
    const key = stores.length === 1 ? String(stores[0]) : stores.join();
    let id = this.ids.get(key);
    if (id === undefined) {
      id = this.groups.length;
      this.groups.push(stores);
      this.ids.set(key, id);
    }
    return id;
  }

  storesOf(id: number): readonly number[] {
    return this.groups[id]!;
  }
}
