/**
 * The canonical ABI, walked once. A walk over a type yields steps: which part
 * lies where, in memory or in core values. The same steps serve to lift, to
 * lower and to free; an emitter spells them in its language and decides nothing.
 */
import {
  type Enum,
  type Flags,
  type Func,
  type Handle,
  type Interface,
  isNumber,
  type NumberKind,
  type Option,
  type Parameter,
  type PrimitiveKind,
  parts,
  type RecordType,
  type Resource,
  type Result,
  resolve,
  type Tuple,
  type Type,
  type Variant,
} from "./ir.js";
import {
  type CoreType,
  choices,
  discriminantWidth,
  flagsWidth,
  flatten,
  type Layout,
  layout,
  payloadOffset,
  type Signature,
  sequence,
  signature,
} from "./layout.js";

/**
 * Where one core value is: at an offset from the base in memory, or the core
 * parameter (or result) of this index. `held` is the type it has there, `own`
 * the one it stands for: they differ where cases of a variant share a slot.
 */
export type Slot =
  | { readonly in: "memory"; readonly offset: number }
  | {
      readonly in: "flat";
      readonly index: number;
      readonly held: CoreType;
      readonly own: CoreType;
    };

export type Width = 1 | 2 | 4;

export type Step =
  | { readonly step: "number"; readonly kind: NumberKind; readonly slot: Slot }
  | { readonly step: "bool" | "char"; readonly slot: Slot }
  | { readonly step: "text"; readonly pointer: Slot; readonly length: Slot }
  | {
      /** A list of numbers: bytes in a row, copied as a whole. */
      readonly step: "numbers";
      readonly kind: NumberKind;
      readonly pointer: Slot;
      readonly length: Slot;
    }
  | {
      readonly step: "list";
      readonly element: Type;
      readonly pointer: Slot;
      readonly length: Slot;
    }
  | { readonly step: "handle"; readonly type: Handle; readonly slot: Slot }
  | { readonly step: "enum"; readonly type: Enum; readonly width: Width; readonly slot: Slot }
  | { readonly step: "flags"; readonly type: Flags; readonly width: Width; readonly slot: Slot }
  | {
      /** A record or tuple: its parts in order, each where it lies. */
      readonly step: "parts";
      readonly type: RecordType | Tuple;
      readonly parts: readonly Step[];
    }
  | {
      /** A variant, option or result: the discriminant tells which payload is there. */
      readonly step: "choice";
      readonly type: Variant | Option | Result;
      readonly width: Width;
      readonly discriminant: Slot;
      /** One a case; undefined for a case without payload. */
      readonly payloads: readonly (Step | undefined)[];
      /** The core values that the payloads share; a lowered case sets the rest to zero. */
      readonly shared: readonly Slot[];
    };

/** The steps for a value in memory, at `offset` from the base. */
export function inMemory(type: Type, offset = 0): Step {
  const at = (slotType: Type, from: number): Step => inMemory(slotType, from);
  const slot: Slot = { in: "memory", offset };
  return walk(type, {
    first: slot,
    second: { in: "memory", offset: offset + 4 },
    parts: (types) => {
      const { offsets } = sequence(types);
      return types.map((t, i) => at(t, offset + (offsets[i] ?? 0)));
    },
    payload: (choice, payload) => at(payload, offset + payloadOffset(choice)),
    shared: () => [],
  });
}

/**
 * The steps for a value in core values, from index `at` on. `held` are the types
 * of all core values there are.
 */
export function inCoreValues(type: Type, at: number, held: readonly CoreType[]): Step {
  const own = flatten(type);
  const slot = (i: number, core = own[i]): Slot => {
    const type = core ?? "i32";
    return { in: "flat", index: at + i, held: held[at + i] ?? type, own: type };
  };
  return walk(type, {
    first: slot(0),
    second: slot(1),
    parts: (types) => {
      let next = at;
      return types.map((t) => {
        const step = inCoreValues(t, next, held);
        next += flatten(t).length;
        return step;
      });
    },
    payload: (_, payload) => inCoreValues(payload, at + 1, held),
    shared: () => own.slice(1).map((core, i) => slot(i + 1, core)),
  });
}

/** What differs between memory and core values. */
interface Place {
  readonly first: Slot;
  readonly second: Slot;
  parts(types: readonly Type[]): Step[];
  payload(choice: Type, payload: Type): Step;
  shared(): Slot[];
}

function walk(type: Type, place: Place): Step {
  const it = resolve(type);
  switch (it.kind) {
    case "string":
      return { step: "text", pointer: place.first, length: place.second };
    case "list": {
      const element = resolve(it.element).kind;
      const where = { pointer: place.first, length: place.second };
      return isNumber(element)
        ? { step: "numbers", kind: element, ...where }
        : { step: "list", element: it.element, ...where };
    }
    case "enum":
      return {
        step: "enum",
        type: it,
        width: discriminantWidth(it.cases.length),
        slot: place.first,
      };
    case "flags":
      return { step: "flags", type: it, width: flagsWidth(it.flags.length), slot: place.first };
    case "record":
      return { step: "parts", type: it, parts: place.parts(it.fields.map((f) => f.type)) };
    case "tuple":
      return { step: "parts", type: it, parts: place.parts(it.items) };
    case "variant":
    case "option":
    case "result": {
      const cases = choices(it);
      return {
        step: "choice",
        type: it,
        width: discriminantWidth(cases.length),
        discriminant: place.first,
        payloads: cases.map((c) => c.type && place.payload(it, c.type)),
        shared: place.shared(),
      };
    }
    case "bool":
    case "char":
      return { step: it.kind, slot: place.first };
    case "own":
    case "borrow":
      return { step: "handle", type: it, slot: place.first };
    case "resource":
      throw new Error(`${it.name} is a resource, of which only handles cross`);
    default:
      return { step: "number", kind: it.kind, slot: place.first };
  }
}

/** One function of the world, as the core module exports or imports it. */
export interface Call {
  readonly func: Func;
  readonly signature: Signature;
  /** The module that an import is taken from, `hams:core/clock@0.1.0`; empty for an export. */
  readonly module: string;
  /** The name there: an export's `hams:core/health@0.1.0#add-probe`, an import's `now`. */
  readonly name: string;
  /** The export that frees an export's result; a guest has it where the result holds memory. */
  readonly postName: string;
  /** Whether the result holds memory of the guest. */
  readonly freesResult: boolean;
  readonly parameters: readonly (Parameter & { readonly step: Step })[];
  /** The parameters' block, where they are passed in memory. */
  readonly parametersLayout: Layout;
  readonly result:
    | { readonly type: Type; readonly step: Step; readonly layout: Layout }
    | undefined;
}

/** The function of an interface of the world, on the side that the interface is on. */
export function coreCall(owner: Interface, func: Func): Call {
  const core = signature(func, owner.side);
  const { offsets, layout: parametersLayout } = sequence(func.parameters.map((p) => p.type));
  let at = 0;
  const parameters = func.parameters.map((p, i) => {
    const step = core.indirectParameters
      ? inMemory(p.type, offsets[i])
      : inCoreValues(p.type, at, core.parameters);
    at += flatten(p.type).length;
    return { ...p, step };
  });
  const exported = owner.side === "export";
  const name = exported ? exportName(owner, func.label) : func.label;
  return {
    func,
    signature: core,
    module: exported ? "" : importModule(owner),
    name,
    postName: `cabi_post_${name}`,
    freesResult: exported && func.result !== undefined && pointsAtMemory(func.result),
    parameters,
    parametersLayout,
    result: func.result && {
      type: func.result,
      step: core.indirectResult
        ? inMemory(func.result)
        : inCoreValues(func.result, 0, core.result ? [core.result] : []),
      layout: layout(func.result),
    },
  };
}

/**
 * What the core module imports and exports for a resource. Of one that the
 * component implements, `representation` is a number that only it understands;
 * it makes handles of it, looks it up by them, and gives them up.
 */
export interface ResourceCalls {
  /** The module that the functions below are imported from. */
  readonly module: string;
  /** Takes a handle; runs the destructor where it is an owned one. */
  readonly drop: string;
  /** Representation to handle; of an exported resource alone. */
  readonly make: string | undefined;
  /** Handle to representation; of an exported resource alone. */
  readonly representation: string | undefined;
  /** The component's export that ends a representation; it may be missing. */
  readonly destructor: string | undefined;
}

export function resourceCalls(owner: Interface, { name }: Resource): ResourceCalls {
  const exported = owner.side === "export";
  return {
    module: exported ? `[export]${owner.id}` : importModule(owner),
    drop: `[resource-drop]${name}`,
    make: exported ? `[resource-new]${name}` : undefined,
    representation: exported ? `[resource-rep]${name}` : undefined,
    destructor: exported ? exportName(owner, `[dtor]${name}`) : undefined,
  };
}

function exportName(owner: Interface, label: string): string {
  return owner.ofWorld ? label : `${owner.id}#${label}`;
}

function importModule(owner: Interface): string {
  return owner.ofWorld ? "$root" : owner.id;
}

/** Where a value begins; that of a record or tuple is its first part's. */
export function firstSlot(step: Step): Slot {
  switch (step.step) {
    case "text":
    case "numbers":
    case "list":
      return step.pointer;
    case "parts": {
      const [first] = step.parts;
      if (first === undefined) throw new Error("a record has parts");
      return firstSlot(first);
    }
    case "choice":
      return step.discriminant;
    default:
      return step.slot;
  }
}

/** How far from the base a slot lies; 0 outside of memory. */
export function offset(slot: Slot): number {
  return slot.in === "memory" ? slot.offset : 0;
}

/** How far from the base a value lies; 0 outside of memory. */
export function offsetOf(step: Step): number {
  return offset(firstSlot(step));
}

/** Whether a value of this type has parts elsewhere in memory. */
export function pointsAtMemory(type: Type): boolean {
  const it = resolve(type);
  return it.kind === "string" || it.kind === "list" || parts(it).some(pointsAtMemory);
}

/** Kinds that are passed on by value, for emitters that spell them alike. */
export function isScalar(kind: string): kind is Exclude<PrimitiveKind, "string"> {
  return isNumber(kind) || kind === "bool" || kind === "char";
}
