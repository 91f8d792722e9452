// The shop in AssemblyScript. To build it, with `shop.wit` one folder up:
//
//   npx hams-bindgen --wit ../shop.wit --world shop --target assemblyscript --out generated
//
// and `buildGuest` of `hams-bindgen/build-guest` on this folder.
import * as ledger from "./generated/ledger";
import * as t from "./generated/types";

class Shelf {
  constructor(
    readonly price: u64,
    public left: u32,
  ) {}
}

const SHELVES = new Map<string, Shelf>();
SHELVES.set("tea", new Shelf(350, 5));
SHELVES.set("jam", new Shelf(450, 2));

export class Basket {
  readonly entries: t.Entry[] = [];

  constructor(readonly customer: string) {}

  add(item: string, count: u32): t.Result<u32, t.Refusal> {
    if (!SHELVES.has(item)) return new t.Err<u32, t.Refusal>(new t.RefusalUnknownItem(item));
    const shelf = SHELVES.get(item);
    if (count > shelf.left) return new t.Err<u32, t.Refusal>(new t.RefusalTooFew(shelf.left));
    shelf.left -= count;
    this.entries.push(new t.Entry(item, count, shelf.price * count));
    return new t.Ok<u32, t.Refusal>(shelf.left);
  }

  total(): u64 {
    let total: u64 = 0;
    for (let i = 0; i < this.entries.length; i++) total += this.entries[i].price;
    return total;
  }
}

export function checkOut(basket: Basket): Array<t.Entry> {
  for (let i = 0; i < basket.entries.length; i++) ledger.note(basket.customer, basket.entries[i]);
  return basket.entries;
}
