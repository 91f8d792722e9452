//! Buys tea and jam. In `src/main.rs` of a package with `wasmtime = "48"`, with shop.wit and the
//! shop's component shop.wasm beside its Cargo.toml:
//!
//!     npx hams-bindgen --wit shop.wit --world shop --target rust --out src
//!     cargo run -- shop.wasm
//!
//! It prints what expected.txt has.

mod component;
mod shop;

use component::Error;
use shop::{Basket, Entry, Refusal, Shop, imports};
use wasmtime::component::Component;

/// What the shop needs of us: it tells each sale.
struct Ledger;

impl imports::ledger::Host for Ledger {
    fn note(&mut self, customer: String, entry: Entry) -> wasmtime::Result<()> {
        let Entry { item, count, price } = entry;
        println!("noted: {customer} bought {count} {item} for {price} cents");
        Ok(())
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("the path of the component")?;
    let component = Component::from_file(&wasmtime::Engine::default(), path)?;
    let mut shop = Shop::instantiate(&component, Ledger)?;

    let basket = shop.counter().new_basket("Ada")?;
    let left = shop.counter().basket_add(basket, "tea", 2)?;
    println!("2 tea are in the basket, {left} are left");
    try_to_add(&mut shop, basket, "cofee", 1)?;
    try_to_add(&mut shop, basket, "tea", 9)?;
    shop.counter().basket_add(basket, "jam", 1)?;
    let total = shop.counter().basket_total(basket)?;
    println!("the basket costs {total} cents");

    // the shop takes the basket back: using it after this is `Error::Invalid`
    let sold = shop.counter().check_out(basket)?;
    println!("sold {} items", sold.len());
    Ok(())
}

fn try_to_add(
    shop: &mut Shop<Ledger>,
    basket: Basket,
    item: &str,
    count: u32,
) -> Result<(), Error<Refusal>> {
    match shop.counter().basket_add(basket, item, count) {
        Err(Error::Component(Refusal::UnknownItem(name))) => {
            println!("refused: there is no {name}");
        }
        Err(Error::Component(Refusal::TooFew(left))) => println!("refused: only {left} are left"),
        other => {
            other?;
        }
    }
    Ok(())
}
