//! What a call costs by the generated methods, and by wasmtime's typed functions alone: medians
//! of rounds that take turns.
#![allow(dead_code)]

mod component;
mod echoes;

use std::hint::black_box;
use std::time::Instant;

use echoes::{All32, Echoes, Few, Some9, Wide};
use wasmtime::component::{Component, Instance, Linker, TypedFunc};
use wasmtime::{Engine, Result, Store};

const ECHO: &str = "test:echo/echo@1.2.3";
const ROUNDS: usize = 31;

fn main() -> Result<()> {
    let path = std::env::args()
        .nth(1)
        .expect("the path of the echo component");
    let engine = Engine::default();
    let component = Component::from_file(&engine, path)?;
    let mut generated = Echoes::instantiate(&component)?;
    let mut store = Store::new(&engine, ());
    let instance = Linker::new(&engine).instantiate(&mut store, &component)?;
    let at = |store: &mut Store<()>, name: &str| export(&instance, store, name);

    let byte = at(&mut store, "byte");
    let byte: TypedFunc<(u8,), (u8,)> = instance.get_typed_func(&mut store, &byte)?;
    measure(
        "a scalar",
        20_000,
        || generated.echo().byte(black_box(7)).expect("a byte"),
        || byte.call(&mut store, (black_box(7),)).expect("a byte").0,
    );

    let string = "The quick brown fox jumps over the lazy dog. ".repeat(3)[..100].to_string();
    let text = at(&mut store, "text");
    let text: TypedFunc<(&str,), (String,)> = instance.get_typed_func(&mut store, &text)?;
    measure(
        "a string",
        5_000,
        || generated.echo().text(black_box(&string)).expect("a text"),
        || {
            text.call(&mut store, (black_box(&string),))
                .expect("a text")
                .0
        },
    );

    let list: Vec<Wide> = (0..4).map(wide).collect();
    let wides = at(&mut store, "wides");
    let wides: TypedFunc<(&[Wide],), (Vec<Wide>,)> = instance.get_typed_func(&mut store, &wides)?;
    measure(
        "a record of lists",
        1_000,
        || generated.echo().wides(black_box(&list)).expect("records"),
        || {
            wides
                .call(&mut store, (black_box(&list),))
                .expect("records")
                .0
        },
    );
    Ok(())
}

fn export(
    instance: &Instance,
    store: &mut Store<()>,
    name: &str,
) -> wasmtime::component::ComponentExportIndex {
    let echo = instance.get_export_index(&mut *store, None, ECHO);
    let found = instance.get_export_index(&mut *store, echo.as_ref(), name);
    found.expect("an export of the echo world")
}

fn wide(i: u8) -> Wide {
    Wide {
        a: i,
        b: 1 << 60,
        c: 500,
        d: "a text of a few words".to_string(),
        e: Some(i),
        f: (0..8).map(|n| format!("item {n}")).collect(),
        g: true,
        h: 'ß',
        i: None,
        j: Few::A,
        k: All32::F31,
        l: (i, 7),
        m: 1.5,
        n: -1,
        o: Some9::F8,
    }
}

fn measure<A, B>(what: &str, calls: u32, mut a: impl FnMut() -> A, mut b: impl FnMut() -> B) {
    let mut times = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        times.0.push(round(calls, &mut a));
        times.1.push(round(calls, &mut b));
    }
    let (generated, by_hand) = (median(times.0), median(times.1));
    println!(r#"{{"what":"rust: {what}","generated":{generated:.1},"byHand":{by_hand:.1}}}"#);
}

fn round<T>(calls: u32, call: &mut impl FnMut() -> T) -> f64 {
    let start = Instant::now();
    for _ in 0..calls {
        black_box(call());
    }
    start.elapsed().as_nanos() as f64 / f64::from(calls)
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
