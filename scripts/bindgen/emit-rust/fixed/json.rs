//! JSON of the values of a component, and a session of calls by name. For tests.
#![allow(dead_code)] // of a world that has no use for it

use std::cell::RefCell;
use std::io::{self, BufRead, Write};
use std::process::ExitCode;
use std::rc::Rc;

use serde_json::{Map, Number, Value, json};
use wasmtime::component::{Component, Resource, ResourceAny};

use super::component::{Error, Refusal};

/// What JSON does not fit a type, and where.
pub struct Unfit {
    path: String,
    why: String,
}

impl Unfit {
    pub fn new(why: String) -> Self {
        let path = String::new();
        Unfit { path, why }
    }

    /// Of a part of the value.
    pub fn under(mut self, part: &str) -> Self {
        self.path.insert_str(0, part);
        self
    }
}

/// The component's objects that the session's other side knows by ids.
#[derive(Default)]
pub struct Objects {
    by_id: Vec<Option<ResourceAny>>,
    /// Those that the call in preparation names.
    asked: Vec<u64>,
}

impl Objects {
    fn add(&mut self, handle: ResourceAny) -> u64 {
        self.by_id.push(Some(handle));
        self.by_id.len() as u64
    }

    fn get(&mut self, id: &Value) -> Result<ResourceAny, Unfit> {
        let number = id.as_u64().filter(|&number| number > 0);
        let found = number.and_then(|number| *self.by_id.get(number as usize - 1)?);
        match (number, found) {
            (Some(number), Some(handle)) => {
                self.asked.push(number);
                Ok(handle)
            }
            _ => Err(Unfit::new(format!("there is no object {id}"))),
        }
    }
}

/// A type of the component's that has a form in JSON.
pub trait Json: Sized {
    /// Whether its `null` stands for an absent value.
    const OPTIONAL: bool = false;

    fn to_json(&self, objects: &mut Objects) -> Value;
    fn from_json(value: &Value, objects: &mut Objects) -> Result<Self, Unfit>;

    fn list_to_json(list: &[Self], objects: &mut Objects) -> Value {
        Value::Array(list.iter().map(|it| it.to_json(objects)).collect())
    }

    fn list_from_json(value: &Value, objects: &mut Objects) -> Result<Vec<Self>, Unfit> {
        let Value::Array(items) = value else {
            return Err(unfit("a list", value));
        };
        let each = |(i, item)| {
            Self::from_json(item, objects).map_err(|unfit| unfit.under(&format!("[{i}]")))
        };
        items.iter().enumerate().map(each).collect()
    }
}

pub fn unfit(expected: &str, value: &Value) -> Unfit {
    Unfit::new(format!("expected {expected}, got {value}"))
}

/// A float may have no fraction and be an integer all the same.
fn integer(value: &Value) -> Option<i128> {
    let number = value.as_number()?;
    let whole = number.as_i128();
    whole.or_else(|| {
        Some(number.as_f64()?)
            .filter(|it| it.fract() == 0.0)
            .map(|it| it as i128)
    })
}

macro_rules! small_integers {
    ($($type:ident)*) => {$(
        impl Json for $type {
            fn to_json(&self, _: &mut Objects) -> Value {
                Value::from(*self)
            }

            fn from_json(value: &Value, _: &mut Objects) -> Result<Self, Unfit> {
                let whole = integer(value).and_then(|it| it.try_into().ok());
                whole.ok_or_else(|| unfit(stringify!($type), value))
            }
        }
    )*};
}
small_integers!(u16 i8 i16 u32 i32);

impl Json for u8 {
    fn to_json(&self, _: &mut Objects) -> Value {
        Value::from(*self)
    }

    fn from_json(value: &Value, _: &mut Objects) -> Result<Self, Unfit> {
        let whole = integer(value).and_then(|it| it.try_into().ok());
        whole.ok_or_else(|| unfit("u8", value))
    }

    fn list_to_json(list: &[Self], _: &mut Objects) -> Value {
        match std::str::from_utf8(list) {
            Ok(text) => Value::from(text),
            Err(_) => json!({ "base64": to_base64(list) }),
        }
    }

    fn list_from_json(value: &Value, _: &mut Objects) -> Result<Vec<Self>, Unfit> {
        if let Value::String(text) = value {
            return Ok(text.as_bytes().to_vec());
        }
        let members = value.as_object().filter(|it| it.len() == 1);
        let text = members.and_then(|it| it.get("base64")?.as_str());
        let bytes = text.and_then(from_base64);
        bytes.ok_or_else(|| unfit("a text or base64", value))
    }
}

/// Beyond this a JSON number is not exact for every reader.
const SAFE: u64 = (1 << 53) - 1;

macro_rules! large_integers {
    ($($type:ident)*) => {$(
        impl Json for $type {
            #[allow(unused_comparisons)]
            fn to_json(&self, _: &mut Objects) -> Value {
                let safe = i128::from(*self).unsigned_abs() <= u128::from(SAFE);
                if safe { Value::from(*self) } else { Value::from(self.to_string()) }
            }

            fn from_json(value: &Value, _: &mut Objects) -> Result<Self, Unfit> {
                let whole = match value {
                    Value::String(text) => text.parse().ok(),
                    _ => integer(value).and_then(|it| it.try_into().ok()),
                };
                whole.ok_or_else(|| unfit(stringify!($type), value))
            }
        }
    )*};
}
large_integers!(u64 i64);

impl Json for f64 {
    fn to_json(&self, _: &mut Objects) -> Value {
        if *self == 0.0 && self.is_sign_negative() {
            return Value::from("-0");
        }
        match Number::from_f64(*self) {
            Some(number) => Value::Number(number),
            None if self.is_nan() => Value::from("NaN"),
            None if *self > 0.0 => Value::from("Infinity"),
            None => Value::from("-Infinity"),
        }
    }

    fn from_json(value: &Value, _: &mut Objects) -> Result<Self, Unfit> {
        match value.as_str() {
            Some("NaN") => Ok(f64::NAN),
            Some("Infinity") => Ok(f64::INFINITY),
            Some("-Infinity") => Ok(f64::NEG_INFINITY),
            Some("-0") => Ok(-0.0),
            _ => value.as_f64().ok_or_else(|| unfit("a float", value)),
        }
    }
}

impl Json for f32 {
    fn to_json(&self, objects: &mut Objects) -> Value {
        f64::from(*self).to_json(objects)
    }

    fn from_json(value: &Value, objects: &mut Objects) -> Result<Self, Unfit> {
        Ok(f64::from_json(value, objects)? as f32)
    }
}

impl Json for bool {
    fn to_json(&self, _: &mut Objects) -> Value {
        Value::from(*self)
    }

    fn from_json(value: &Value, _: &mut Objects) -> Result<Self, Unfit> {
        value.as_bool().ok_or_else(|| unfit("a bool", value))
    }
}

impl Json for char {
    fn to_json(&self, _: &mut Objects) -> Value {
        Value::from(self.to_string())
    }

    fn from_json(value: &Value, _: &mut Objects) -> Result<Self, Unfit> {
        let mut characters = value.as_str().unwrap_or_default().chars();
        match (characters.next(), characters.next()) {
            (Some(only), None) => Ok(only),
            _ => Err(unfit("one character", value)),
        }
    }
}

impl Json for String {
    fn to_json(&self, _: &mut Objects) -> Value {
        Value::from(self.as_str())
    }

    fn from_json(value: &Value, _: &mut Objects) -> Result<Self, Unfit> {
        let text = value.as_str().map(str::to_string);
        text.ok_or_else(|| unfit("a text", value))
    }
}

/// No value: what a case without a payload has.
impl Json for () {
    fn to_json(&self, _: &mut Objects) -> Value {
        Value::Null
    }

    fn from_json(value: &Value, _: &mut Objects) -> Result<Self, Unfit> {
        value.as_null().ok_or_else(|| unfit("null", value))
    }
}

impl<T: Json> Json for Vec<T> {
    fn to_json(&self, objects: &mut Objects) -> Value {
        T::list_to_json(self, objects)
    }

    fn from_json(value: &Value, objects: &mut Objects) -> Result<Self, Unfit> {
        T::list_from_json(value, objects)
    }
}

impl<T: Json> Json for Option<T> {
    const OPTIONAL: bool = true;

    fn to_json(&self, objects: &mut Objects) -> Value {
        match self {
            None => Value::Null,
            Some(it) if T::OPTIONAL => json!({ "some": it.to_json(objects) }),
            Some(it) => it.to_json(objects),
        }
    }

    fn from_json(value: &Value, objects: &mut Objects) -> Result<Self, Unfit> {
        if value.is_null() {
            return Ok(None);
        }
        if !T::OPTIONAL {
            return Ok(Some(T::from_json(value, objects)?));
        }
        match case(value) {
            Some(("some", Some(inner))) => Ok(Some(T::from_json(inner, objects)?)),
            _ => Err(unfit("null or some", value)),
        }
    }
}

impl<T: Json, E: Json> Json for Result<T, E> {
    fn to_json(&self, objects: &mut Objects) -> Value {
        match self {
            Ok(it) => json!({ "ok": it.to_json(objects) }),
            Err(it) => json!({ "err": it.to_json(objects) }),
        }
    }

    fn from_json(value: &Value, objects: &mut Objects) -> Result<Self, Unfit> {
        match case(value) {
            Some(("ok", Some(it))) => Ok(Ok(T::from_json(it, objects)?)),
            Some(("err", Some(it))) => Ok(Err(E::from_json(it, objects)?)),
            _ => Err(unfit("ok or err", value)),
        }
    }
}

macro_rules! tuples {
    ($(($count:literal: $($type:ident $at:tt)*))*) => {$(
        impl<$($type: Json),*> Json for ($($type,)*) {
            fn to_json(&self, objects: &mut Objects) -> Value {
                Value::Array(vec![$(self.$at.to_json(objects)),*])
            }

            fn from_json(value: &Value, objects: &mut Objects) -> Result<Self, Unfit> {
                match value.as_array() {
                    Some(items) if items.len() == $count => Ok((
                        $($type::from_json(&items[$at], objects)
                            .map_err(|unfit| unfit.under(concat!("[", $at, "]")))?,)*
                    )),
                    _ => Err(unfit(concat!("a list of ", $count), value)),
                }
            }
        }
    )*};
}
tuples!(
    (1: A 0)
    (2: A 0 B 1)
    (3: A 0 B 1 C 2)
    (4: A 0 B 1 C 2 D 3)
    (5: A 0 B 1 C 2 D 3 E 4)
    (6: A 0 B 1 C 2 D 3 E 4 F 5)
    (7: A 0 B 1 C 2 D 3 E 4 F 5 G 6)
    (8: A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7)
    (9: A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8)
    (10: A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9)
    (11: A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10)
    (12: A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11)
    (13: A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11 M 12)
    (14: A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11 M 12 N 13)
    (15: A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11 M 12 N 13 O 14)
    (16: A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11 M 12 N 13 O 14 P 15)
    (17: A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11 M 12 N 13 O 14 P 15 Q 16)
);

/// An object of the component.
impl Json for ResourceAny {
    fn to_json(&self, objects: &mut Objects) -> Value {
        Value::from(objects.add(*self))
    }

    fn from_json(value: &Value, objects: &mut Objects) -> Result<Self, Unfit> {
        objects.get(value)
    }
}

/// An object of the host, which is the other side of the session: it chooses the numbers.
impl<T: 'static> Json for Resource<T> {
    fn to_json(&self, _: &mut Objects) -> Value {
        Value::from(self.rep())
    }

    fn from_json(value: &Value, objects: &mut Objects) -> Result<Self, Unfit> {
        Ok(Resource::new_own(u32::from_json(value, objects)?))
    }
}

/// A record under way to JSON.
pub struct Record<'a> {
    fields: Map<String, Value>,
    objects: &'a mut Objects,
}

impl<'a> Record<'a> {
    pub fn new(objects: &'a mut Objects) -> Self {
        let fields = Map::new();
        Record { fields, objects }
    }

    pub fn with<T: Json>(mut self, name: &str, field: &T) -> Self {
        let value = field.to_json(self.objects);
        if !(T::OPTIONAL && value.is_null()) {
            self.fields.insert(name.to_string(), value);
        }
        self
    }

    pub fn end(self) -> Value {
        Value::Object(self.fields)
    }
}

/// The fields of a record in JSON, none of which may be left over.
pub struct Fields<'a> {
    fields: &'a Map<String, Value>,
    known: Vec<&'static str>,
    objects: &'a mut Objects,
}

impl<'a> Fields<'a> {
    pub fn of(value: &'a Value, objects: &'a mut Objects) -> Result<Self, Unfit> {
        let fields = value.as_object().ok_or_else(|| unfit("an object", value))?;
        let known = Vec::new();
        Ok(Fields {
            fields,
            known,
            objects,
        })
    }

    pub fn take<T: Json>(&mut self, name: &'static str) -> Result<T, Unfit> {
        self.known.push(name);
        match self.fields.get(name) {
            None if !T::OPTIONAL => Err(Unfit::new(format!("{name} is missing"))),
            found => T::from_json(found.unwrap_or(&Value::Null), self.objects)
                .map_err(|unfit| unfit.under(&format!(".{name}"))),
        }
    }

    pub fn end(self) -> Result<(), Unfit> {
        let unknown = |name: &&String| !self.known.contains(&name.as_str());
        match self.fields.keys().find(unknown) {
            Some(name) => Err(Unfit::new(format!("{name} is no field"))),
            None => Ok(()),
        }
    }
}

/// The name of a case, and the payload if it has one.
fn case(value: &Value) -> Option<(&str, Option<&Value>)> {
    match value {
        Value::String(name) => Some((name, None)),
        Value::Object(members) if members.len() == 1 => {
            let (name, payload) = members.iter().next()?;
            Some((name, Some(payload)))
        }
        _ => None,
    }
}

/// A case of a variant in JSON.
pub struct Case<'a> {
    value: &'a Value,
    pub name: &'a str,
    payload: Option<&'a Value>,
}

impl<'a> Case<'a> {
    pub fn of(value: &'a Value) -> Result<Self, Unfit> {
        match case(value) {
            Some((name, payload)) => Ok(Case {
                value,
                name,
                payload,
            }),
            None => Err(unfit("a case", value)),
        }
    }

    pub fn payload<T: Json, V>(
        &self,
        objects: &mut Objects,
        make: impl FnOnce(T) -> V,
    ) -> Result<V, Unfit> {
        match self.payload {
            Some(it) => T::from_json(it, objects)
                .map(make)
                .map_err(|unfit| unfit.under(&format!(".{}", self.name))),
            None => Err(unfit("a case with its payload", self.value)),
        }
    }

    pub fn bare<T>(&self, it: T) -> Result<T, Unfit> {
        match self.payload {
            Some(_) => Err(unfit("a case without payload", self.value)),
            None => Ok(it),
        }
    }

    pub fn unknown<T>(&self) -> Result<T, Unfit> {
        Err(unfit("another case", self.value))
    }
}

/// The labels of flags in JSON.
pub fn labels(value: &Value) -> Result<impl Iterator<Item = &str>, Unfit> {
    let items = value
        .as_array()
        .filter(|items| items.iter().all(Value::is_string));
    let items = items.ok_or_else(|| unfit("a list of flags", value))?;
    Ok(items.iter().filter_map(Value::as_str))
}

/// Flags under way to JSON.
#[derive(Default)]
pub struct Labels(Vec<Value>);

impl Labels {
    pub fn add(&mut self, label: &str, set: bool) {
        if set {
            self.0.push(Value::from(label));
        }
    }

    pub fn end(self) -> Value {
        Value::Array(self.0)
    }
}

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn to_base64(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let number = chunk
            .iter()
            .fold(0_u32, |sum, byte| sum << 8 | u32::from(*byte));
        let bits = number << (8 * (3 - chunk.len()));
        for i in 0..4 {
            let digit = BASE64[(bits >> (18 - 6 * i)) as usize & 63];
            text.push(if i <= chunk.len() {
                char::from(digit)
            } else {
                '='
            });
        }
    }
    text
}

fn from_base64(text: &str) -> Option<Vec<u8>> {
    let digits = text.trim_end_matches('=').as_bytes();
    if !text.len().is_multiple_of(4) || text.len() - digits.len() > 2 {
        return None;
    }
    let mut bytes = Vec::new();
    let (mut bits, mut held) = (0_u32, 0);
    for digit in digits {
        let value = BASE64.iter().position(|known| known == digit)?;
        bits = bits << 6 | value as u32;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
        }
    }
    Some(bytes)
}

/// Why a request has no answer.
pub enum Failure {
    /// The component did wrong, or is dead.
    Trapped(String),
    /// What was asked does not fit. Nothing has happened.
    Refused(String),
}

impl From<Unfit> for Failure {
    fn from(Unfit { path, why }: Unfit) -> Self {
        Failure::Refused(format!("{path}: {why}"))
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Error::<()>::from(refusal).into()
    }
}

impl<E: std::fmt::Debug> From<Error<E>> for Failure {
    fn from(error: Error<E>) -> Self {
        match error {
            Error::Invalid(why) => Failure::Refused(why),
            other => Failure::Trapped(other.to_string()),
        }
    }
}

/// Answers the imports: by name and arguments, with the WIT's result or with why it throws.
pub type Answerer = dyn FnMut(&str, Vec<Value>) -> Result<Value, String>;

/// What the instances of a session share.
#[derive(Clone)]
pub struct Host {
    objects: Rc<RefCell<Objects>>,
    answerer: Rc<RefCell<Answerer>>,
}

impl Host {
    pub fn new(answerer: impl FnMut(&str, Vec<Value>) -> Result<Value, String> + 'static) -> Self {
        let objects = Rc::default();
        let answerer = Rc::new(RefCell::new(answerer));
        Host { objects, answerer }
    }

    /// Forgets all objects: there is a new instance.
    pub fn forget(&self) {
        *self.objects.borrow_mut() = Objects::default();
    }

    pub fn json<T: Json>(&self, value: &T) -> Value {
        value.to_json(&mut self.objects.borrow_mut())
    }

    /// Has the session's other side answer an import.
    pub fn ask<T: Json>(&self, name: &str, args: Vec<Value>) -> wasmtime::Result<T> {
        let answer = (self.answerer.borrow_mut())(name, args);
        let answer = answer.map_err(wasmtime::Error::msg)?;
        T::from_json(&answer, &mut self.objects.borrow_mut())
            .map_err(|Unfit { path, why }| wasmtime::format_err!("{name}{path}: {why}"))
    }

    /// The arguments of a call, as many as it must have.
    pub fn arguments<'a, const N: usize>(
        &self,
        args: &'a [Value],
    ) -> Result<&'a [Value; N], Failure> {
        self.objects.borrow_mut().asked.clear();
        args.try_into()
            .map_err(|_| Failure::Refused(format!("expected {N} arguments, got {}", args.len())))
    }

    pub fn argument<T: Json>(&self, name: &str, value: &Value) -> Result<T, Unfit> {
        let fit = T::from_json(value, &mut self.objects.borrow_mut());
        fit.map_err(|unfit| unfit.under(name))
    }

    /// The answer to a call.
    pub fn returned<T: Json>(&self, outcome: Result<T, Error>) -> Result<Value, Failure> {
        Ok(self.json(&outcome.map_err(|error| self.failure(error))?))
    }

    /// The answer to a call of a function that gives a `result`.
    pub fn answered<T: Json, E: Json + std::fmt::Debug>(
        &self,
        outcome: Result<T, Error<E>>,
    ) -> Result<Value, Failure> {
        match outcome {
            Ok(it) => Ok(json!({ "ok": self.json(&it) })),
            Err(Error::Component(it)) => Ok(json!({ "err": self.json(&it) })),
            Err(error) => Err(self.failure(error)),
        }
    }

    /// Names the objects that were passed where it is these that do not fit.
    fn failure<E: std::fmt::Debug>(&self, error: Error<E>) -> Failure {
        match error {
            Error::Invalid(why) => {
                let asked = &self.objects.borrow().asked;
                Failure::Refused(format!("of the objects {asked:?}: {why}"))
            }
            other => other.into(),
        }
    }

    /// The object of this id.
    pub fn object(&self, id: &Value) -> Result<ResourceAny, Failure> {
        let mut objects = self.objects.borrow_mut();
        objects.asked.clear();
        Ok(objects.get(id)?)
    }
}

/// A component whose functions are called by name.
pub trait Session: Sized {
    fn new(component: Component, host: Host) -> Self;

    /// Drops the instance and makes a new one.
    fn renew(&mut self) -> Result<(), Failure>;

    /// `name` is `<interface>#<function>`, or the plain name of a function of the world.
    fn call(&mut self, name: &str, args: &[Value]) -> Result<Value, Failure>;

    /// Ends an object of the component.
    fn end(&mut self, id: &Value) -> Result<(), Failure>;
}

/// Answers the requests on the standard input, one a line. Ends with 0 at its end and with 2 at a
/// line that is none.
pub fn serve<S: Session>(component: Component) -> ExitCode {
    let mut session = S::new(component, Host::new(answer_by_line));
    while let Some(line) = read_line() {
        let outcome = match serde_json::from_str::<Value>(&line) {
            Ok(Value::Object(request)) => match Request::of(&request) {
                Some(Request::New) => session.renew().map(|()| Value::Null),
                Some(Request::Call(name, args)) => session.call(name, args),
                Some(Request::Drop(id)) => session.end(id).map(|()| Value::Null),
                None => return ExitCode::from(2),
            },
            _ => return ExitCode::from(2),
        };
        write_line(&match outcome {
            Ok(value) => json!({ "returned": value }),
            Err(Failure::Trapped(why)) => json!({ "trapped": why }),
            Err(Failure::Refused(why)) => json!({ "refused": why }),
        });
    }
    ExitCode::SUCCESS
}

enum Request<'a> {
    New,
    Call(&'a str, &'a [Value]),
    Drop(&'a Value),
}

impl<'a> Request<'a> {
    fn of(members: &'a Map<String, Value>) -> Option<Self> {
        if let Some(id) = members.get("drop") {
            return Some(Request::Drop(id));
        }
        if members.contains_key("new") {
            return Some(Request::New);
        }
        let name = members.get("call")?.as_str()?;
        Some(Request::Call(name, members.get("args")?.as_array()?))
    }
}

/// Writes an import's call and reads the answer. A call of the component meanwhile is refused: it
/// is being called, and the borrow checker leaves no way to it.
fn answer_by_line(name: &str, args: Vec<Value>) -> Result<Value, String> {
    write_line(&json!({ "import": name, "args": args }));
    loop {
        let line = read_line().ok_or("the session's input has ended")?;
        let reply: Value = serde_json::from_str(&line).map_err(|error| error.to_string())?;
        if let Some(value) = reply.get("return") {
            return Ok(value.clone());
        }
        if let Some(why) = reply.get("throw") {
            return Err(why.as_str().unwrap_or_default().to_string());
        }
        write_line(&json!({ "refused": "the component is being called" }));
    }
}

fn read_line() -> Option<String> {
    let mut line = String::new();
    let read = io::stdin().lock().read_line(&mut line).unwrap_or(0);
    (read > 0).then_some(line)
}

fn write_line(value: &Value) {
    let mut out = io::stdout().lock();
    // who does not read has ended the session, which the next read finds out
    let _ = writeln!(out, "{value}").and_then(|()| out.flush());
}
