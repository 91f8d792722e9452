// What the component does with the host's objects.
import * as store from "./generated/store";
import * as t from "./generated/types";

let alive: u32 = 0;

export class Box {
  private item: t.Item | null;

  constructor(it: t.Item) {
    this.item = it;
    alive++;
  }

  name(): string {
    const item = this.item;
    return item === null ? "" : item.name();
  }

  empty(): t.Result<t.Item, string> {
    const item = this.item;
    if (item === null) return new t.Err<t.Item, string>("empty");
    this.item = null;
    return new t.Ok<t.Item, string>(item);
  }

  ask(): string {
    const item = this.item;
    return item === null ? "" : store.nameOf(item);
  }

  dispose(): void {
    alive--;
    const item = this.item;
    if (item !== null) item.drop();
  }
}

export function makeItem(name: string): t.Item {
  const item = new store.Item(name);
  item.rename(`${item.name()}!`);
  return item;
}

export function openItem(name: string): t.Result<t.Item, string> {
  return store.Item.open(name);
}

export function consume(it: t.Item): string {
  const name = it.name();
  it.drop();
  return name;
}

export function look(it: t.Item): string {
  return it.name();
}

export function lookAll(all: Array<t.Item>): Array<string> {
  return store.namesOf(all);
}

export function lookMaybe(it: t.Item | null): string | null {
  return it === null ? null : it.name();
}

export function compare(a: t.Item, b: t.Item): bool {
  return a.same(b);
}

export function passItem(it: t.Item): t.Item {
  return it;
}

export function passLabelled(it: t.LabelledItem): t.LabelledItem {
  return it;
}

export function putAll(all: Array<t.Item>): u32 {
  return store.putAll(all);
}

export function putOne(it: t.Item): void {
  store.put(it);
}

export function putLabelled(it: t.LabelledItem): t.LabelledItem {
  return store.putLabelled(it);
}

export function takeFirst(count: u32): t.Item | null {
  const items = store.takeOut(count);
  for (let i = 1; i < items.length; i++) items[i].drop();
  return items.length == 0 ? null : items[0];
}

export function findItem(name: string): t.Item | null {
  return store.find(name);
}

export function copyAndDrop(it: t.Item): string {
  const copy = it.copy();
  const name = copy.name();
  copy.drop();
  return name;
}

export function churn(count: u32): u32 {
  for (let i: u32 = 0; i < count; i++) new store.Item(`item ${i}`).drop();
  return count;
}

export function boxes(): u32 {
  return alive;
}

export function useAfterDrop(it: t.Item): string {
  it.drop();
  return it.name();
}

export function giveTwice(it: t.Item): void {
  store.put(it);
  store.put(it);
}
