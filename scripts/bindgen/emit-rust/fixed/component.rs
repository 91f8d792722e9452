//! What does not depend on the world: the errors of a call, and what an instance knows of itself.
#![allow(dead_code)] // of a world that has no use for it

use std::convert::Infallible;
use std::fmt;

use wasmtime::component::ResourceAny;

/// Why a call gave no value. `E` is what the component itself answers with where a function of
/// the WIT gives a `result`; a function that does not cannot answer so.
#[derive(Debug)]
pub enum Error<E = Infallible> {
    /// The component's own answer, the `err` of its `result`. The instance is well.
    Component(E),
    /// An argument does not fit. Nothing has happened.
    Invalid(String),
    /// The component trapped, gave data that its types do not allow, or called an import that
    /// failed. The instance may be half changed: it is dead from now on.
    Trap(wasmtime::Error),
    /// An earlier call killed the instance, for this reason. Make a new one.
    Dead(String),
}

impl<E: fmt::Debug> fmt::Display for Error<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Component(error) => write!(f, "the component answers {error:?}"),
            Error::Invalid(why) => write!(f, "{why}"),
            Error::Trap(error) => write!(f, "the component trapped: {}", error.root_cause()),
            Error::Dead(why) => write!(
                f,
                "the instance is dead, it trapped in an earlier call: {why}"
            ),
        }
    }
}

impl<E: fmt::Debug> std::error::Error for Error<E> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Trap(error) => Some(error.as_ref()),
            _ => None,
        }
    }
}

/// Why a call was not begun.
#[derive(Debug)]
pub enum Refusal {
    Invalid(String),
    Dead(String),
}

impl<E> From<Refusal> for Error<E> {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Invalid(why) => Error::Invalid(why),
            Refusal::Dead(why) => Error::Dead(why),
        }
    }
}

/// An object of the component among the arguments or results of a call.
#[derive(Clone, Copy)]
pub struct Part {
    handle: ResourceAny,
    resource: &'static str,
    passed_on: bool,
}

impl Part {
    /// The object changes hands.
    pub fn own(handle: ResourceAny, resource: &'static str) -> Self {
        let passed_on = true;
        Part {
            handle,
            resource,
            passed_on,
        }
    }

    /// The object is lent for the time of the call.
    pub fn borrow(handle: ResourceAny, resource: &'static str) -> Self {
        let passed_on = false;
        Part {
            handle,
            resource,
            passed_on,
        }
    }

    fn is(&self, other: &Part) -> bool {
        self.handle == other.handle && self.resource == other.resource
    }
}

/// Whether an instance lives, and which of its objects the host holds.
#[derive(Default)]
pub struct Life {
    died_of: Option<String>,
    objects: Vec<Part>,
}

impl Life {
    /// Refuses a call of a dead instance.
    pub fn check(&self) -> Result<(), Refusal> {
        match &self.died_of {
            Some(why) => Err(Refusal::Dead(why.clone())),
            None => Ok(()),
        }
    }

    /// The outcome of a call; anything but a value kills the instance.
    pub fn settle<T, E>(&mut self, outcome: wasmtime::Result<T>) -> Result<T, Error<E>> {
        outcome.map_err(|error| {
            self.died_of = Some(error.root_cause().to_string());
            Error::Trap(error)
        })
    }

    /// Takes the objects that are passed on out of the host's hands. Refuses all, and changes
    /// nothing, where one has ended, is of another instance, or is passed on more than once.
    pub fn pass(&mut self, parts: &[Part]) -> Result<(), Refusal> {
        self.check()?;
        for (i, part) in parts.iter().enumerate() {
            if !self.objects.iter().any(|object| object.is(part)) {
                return Err(Refusal::Invalid(format!(
                    "{}: the object has ended or is none of this instance's",
                    part.resource
                )));
            }
            let others = &parts[i + 1..];
            if others
                .iter()
                .any(|o| o.is(part) && (o.passed_on || part.passed_on))
            {
                return Err(Refusal::Invalid(format!(
                    "{}: the object is passed on and used beside that",
                    part.resource
                )));
            }
        }
        for part in parts.iter().filter(|part| part.passed_on) {
            self.objects.retain(|object| !object.is(part));
        }
        Ok(())
    }

    /// Takes note of objects that came out of the component.
    pub fn gain(&mut self, parts: &[Part]) {
        self.objects.extend_from_slice(parts);
    }

    /// Takes an object out of the host's hands, to end it.
    pub fn end(&mut self, handle: ResourceAny) -> Result<(), Refusal> {
        self.check()?;
        match self
            .objects
            .iter()
            .position(|object| object.handle == handle)
        {
            Some(at) => {
                self.objects.swap_remove(at);
                Ok(())
            }
            None => Err(Refusal::Invalid(
                "the object has ended or is none of this instance's".to_string(),
            )),
        }
    }
}
