/** Words that a name in the generated Rust cannot be. */

/** Strict, weak and kept for later, as of edition 2024. */
export const KEYWORDS: ReadonlySet<string> = new Set(
  `abstract as async await become box break const continue crate do dyn else enum extern false
  final fn for gen if impl in let loop macro match mod move mut override priv pub ref return self
  Self static struct super trait true try type typeof unsafe unsized use virtual where while
  yield`.split(/\s+/),
);

/** A type of such a name would hide what the code around it, or a macro's, means by it. */
const PRELUDE = `AsMut AsRef Box Clone Copy Debug Default Display DoubleEndedIterator Drop Eq Err
  ExactSizeIterator Extend Fn FnMut FnOnce From FromIterator Hash Into IntoFuture IntoIterator
  Iterator None Ok Option Ord PartialEq PartialOrd Result Self Send Sized Some String Sync ToOwned
  ToString TryFrom TryInto Vec`.split(/\s+/);

/** What the file of a world calls its own or imports. */
const OURS = `Component ComponentType Error Func HasSelf Imports Instance Lift Linker Lower Part
  Resource ResourceAny ResourceType Session Life Objects Store StoreContextMut H T E`.split(/\s+/);

export const TYPE_WORDS: ReadonlySet<string> = new Set([...PRELUDE, ...OURS]);

/** What `bindgen!` puts into the module of an interface besides that interface's own items. */
export const MODULE_WORDS: ReadonlySet<string> = new Set([
  ...PRELUDE,
  ..."Host HostWithStore Guest GuestIndices LinkOptions D H S T".split(" "),
]);

/** Modules that `bindgen!` or its output refers to by these names. */
export const ROOT_WORDS: ReadonlySet<string> = new Set([
  ...KEYWORDS,
  ..."alloc core exports named_imports std wasmtime".split(" "),
]);

/** Names of locals that `bindgen!` mixes up with functions of such a name. */
export const LOCAL_WORDS: ReadonlySet<string> = new Set([...KEYWORDS, "lookup", "store"]);
