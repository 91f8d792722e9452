"""Ada shops: the example world from Python.

    pip install wasmtime==50.0.1
    npx hams-bindgen --wit shop.wit --world shop --target python --out shop_bindings
    python main.py shop.wasm

prints what is in `expected.txt`; `shop.wasm` is the component.
"""

import sys

from wasmtime import Engine
from wasmtime.component import Component

from shop_bindings.shop import (
    ComponentError,
    Entry,
    Refusal,
    RefusalTooFew,
    RefusalUnknownItem,
    Shop,
)


class PrintedLedger:
    """What the shop needs of us: it tells each sale."""

    def note(self, customer: str, entry: Entry) -> None:
        """Prints the sale."""
        cost = f"{entry.price} cents"
        print(f"noted: {customer} bought {entry.count} {entry.item} for {cost}")


class Host:
    """All that the component imports."""

    ledger = PrintedLedger()


def refused(reason: Refusal) -> str:
    """Why something does not go into the basket."""
    match reason:
        case RefusalUnknownItem(item):
            return f"refused: there is no {item}"
        case RefusalTooFew(left):
            return f"refused: only {left} are left"


def main(path: str) -> None:
    """Shops for Ada."""
    engine = Engine()
    with Shop(engine, Component.from_file(engine, path), Host()) as shop:
        basket = shop.counter.basket("Ada")
        left = basket.add("tea", 2)
        print(f"2 tea are in the basket, {left} are left")
        for item, count in [("cofee", 1), ("tea", 9)]:
            try:
                basket.add(item, count)
            except ComponentError as error:
                print(refused(error.payload))
        basket.add("jam", 1)
        print(f"the basket costs {basket.total()} cents")
        sold = shop.counter.check_out(basket)
        print(f"sold {len(sold)} items")


if __name__ == "__main__":
    main(sys.argv[1])
