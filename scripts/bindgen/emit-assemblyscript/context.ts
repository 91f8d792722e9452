/**
 * What the files of one guest share: names, the functions of its types, which
 * stand in `values.ts`, and what the host provides.
 */
import { type ResourceCalls, resourceCalls } from "../abi.js";
import type { Interface, Resource, World } from "../ir.js";
import { Scope, upperCamel } from "../names.js";
import { Printer } from "../printer.js";
import { TypeFunctions } from "../type-functions.js";
import { HostFunctions } from "./host.js";
import { FILE_NAMES, LOCALS, RESERVED, TypeNames } from "./names.js";

export class Context {
  readonly world: World;
  readonly names: TypeNames;
  readonly host = new HostFunctions();
  /** What `values.ts` defines, and its text. */
  readonly functions: TypeFunctions;
  readonly values = new Printer();

  constructor(world: World) {
    this.world = world;
    this.names = new TypeNames(world);
    const scope = new Scope(RESERVED, [...FILE_NAMES, ...LOCALS]);
    this.functions = new TypeFunctions(scope, (type) => this.names.declared(type));
  }

  /** The interface that declares a resource. */
  owner(resource: Resource): Interface {
    const owner = this.world.interfaces.find((i) => i.types.includes(resource));
    if (owner === undefined) throw new Error(`${resource.name} is not declared in the world`);
    return owner;
  }

  resourceCalls(resource: Resource): ResourceCalls {
    return resourceCalls(this.owner(resource), resource);
  }

  /** `host.…` of a function that takes a handle or a representation, and may give the other. */
  intrinsic(resource: Resource, name: string | undefined, gives: boolean): string {
    const { module } = this.resourceCalls(resource);
    const wanted = lowerFirst(this.names.declared(resource)) + upperCamel(wordOf(name ?? ""));
    const result = gives ? "i32" : undefined;
    return `host.${this.host.name(wanted, module, name ?? "", { parameters: ["i32"], result })}`;
  }
}

/** `[resource-drop]item` -> `drop`. */
function wordOf(intrinsic: string): string {
  return /-(\w+)\]/.exec(intrinsic)?.[1] ?? "";
}

function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
