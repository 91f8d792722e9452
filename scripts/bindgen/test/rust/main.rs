//! Calls the component at the path given as the lines on the standard input say.
#![deny(warnings)]

mod WORLD;
mod WORLD_json;
mod component;
mod json;

use std::process::ExitCode;

use wasmtime::Engine;
use wasmtime::component::Component;

fn main() -> ExitCode {
    let path = std::env::args().nth(1).expect("the path of a component");
    let engine = Engine::default();
    let component = Component::from_file(&engine, path).expect("a component");
    json::serve::<WORLD_json::Session>(component)
}
