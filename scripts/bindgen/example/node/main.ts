// Buys tea and jam. With `shop.wit` one folder up, and the shop's core module beside it:
//
//   npx hams-bindgen --wit ../shop.wit --world shop --target node --out generated
//   npx tsx main.ts ../shop.core.wasm
//
// It prints what `../expected.txt` has.
import { readFileSync } from "node:fs";
import { ComponentError, instantiate, type Refusal } from "./generated/shop.js";

const module = new WebAssembly.Module(readFileSync(process.argv[2] ?? ""));

// what the component imports is implemented here
const { counter } = instantiate(module, {
  ledger: {
    note(customer, { item, count, price }) {
      console.log(`noted: ${customer} bought ${count} ${item} for ${price} cents`);
    },
  },
});

const basket = new counter.Basket("Ada");
console.log(`2 tea are in the basket, ${basket.add("tea", 2)} are left`);
tryToAdd("cofee", 1);
tryToAdd("tea", 9);
basket.add("jam", 1);
console.log(`the basket costs ${basket.total()} cents`);

// the shop takes the basket back: it is not to be closed here
const sold = counter.checkOut(basket);
console.log(`sold ${sold.length} items`);

/** A `result` is returned or thrown: its error is the payload of a `ComponentError`. */
function tryToAdd(item: string, count: number): void {
  try {
    basket.add(item, count);
  } catch (error) {
    if (!(error instanceof ComponentError)) throw error;
    console.log(`refused: ${reason(error.payload as Refusal)}`);
  }
}

function reason(refusal: Refusal): string {
  switch (refusal.tag) {
    case "unknown-item":
      return `there is no ${refusal.val}`;
    case "too-few":
      return `only ${refusal.val} are left`;
  }
}
