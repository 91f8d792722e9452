// A shop's component, called from Java 17. In a folder with this file, shop.wit and the component's
// core module shop.core.wasm, and in lib/ the jars run.endive:runtime:1.0.0 and
// run.endive:wasm:1.0.0:
//
//   npx hams-bindgen --wit shop.wit --world shop --target java --out example/shop
//   javac -cp 'lib/*' -d classes example/shop/*.java Main.java
//   java -cp 'classes:lib/*' Main shop.core.wasm

import example.shop.Basket;
import example.shop.Counter;
import example.shop.Ledger;
import example.shop.Refusal;
import example.shop.RefusalException;
import example.shop.Shop;
import java.nio.file.Path;
import run.endive.runtime.Instance;
import run.endive.wasm.Parser;

final class Main {
  public static void main(String[] args) {
    Ledger ledger =
        (customer, entry) ->
            System.out.printf(
                "noted: %s bought %d %s for %d cents%n",
                customer, entry.count(), entry.item(), entry.price());
    Shop shop = Shop.instantiate(Instance.builder(Parser.parse(Path.of(args[0]))), ledger);
    Counter counter = shop.counter();

    try (Basket basket = counter.newBasket("Ada")) {
      long left = basket.add("tea", 2);
      System.out.printf("2 tea are in the basket, %d are left%n", left);
      tryToAdd(basket, "cofee", 1);
      tryToAdd(basket, "tea", 9);
      basket.add("jam", 1);
      System.out.printf("the basket costs %d cents%n", basket.total());
      // the basket is the component's from here on: there is nothing left to close
      System.out.printf("sold %d items%n", counter.checkOut(basket).size());
    }
  }

  private static void tryToAdd(Basket basket, String item, int count) {
    try {
      basket.add(item, count);
    } catch (RefusalException e) {
      if (e.payload() instanceof Refusal.UnknownItem unknown) {
        System.out.printf("refused: there is no %s%n", unknown.value());
      } else if (e.payload() instanceof Refusal.TooFew few) {
        System.out.printf("refused: only %d are left%n", few.value());
      }
    }
  }
}
