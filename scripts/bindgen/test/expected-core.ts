/** Every core function that a world's module has, by the walk over the IR. */
import { type Call, coreCall, type ResourceCalls, resourceCalls } from "../abi.js";
import { type Interface, type Resource, resources, type World } from "../ir.js";
import type { CoreSignature } from "./core-signatures.js";

export interface CoreFunction extends CoreSignature {
  readonly owner: Interface;
  /** Empty for an export. */
  readonly module: string;
  readonly name: string;
  /** The name after the owner's in the names that the resolver's own module has. */
  readonly short: string;
  /** The export that frees what the result points at, where it does. */
  readonly postName?: string | undefined;
}

const TAKES_ONE: CoreSignature = { parameters: ["i32"], results: [] };
const ONE_FOR_ONE: CoreSignature = { parameters: ["i32"], results: ["i32"] };

export function expectedCore(world: World): readonly CoreFunction[] {
  return world.interfaces.flatMap((owner) => [
    ...owner.functions.map((func) => ofCall(owner, coreCall(owner, func))),
    ...resources(owner).flatMap((r) => ofResource(owner, r, resourceCalls(owner, r))),
  ]);
}

function ofCall(owner: Interface, call: Call): CoreFunction {
  const { module, name, func, signature } = call;
  const { parameters, result } = signature;
  const results = result ? [result] : [];
  const postName = call.freesResult ? call.postName : undefined;
  return { owner, module, name, short: func.label, postName, parameters, results };
}

function ofResource(owner: Interface, { name }: Resource, calls: ResourceCalls): CoreFunction[] {
  const { module, drop, make, representation, destructor } = calls;
  const found: CoreFunction[] = [
    { owner, module, name: drop, short: `${name}_drop`, ...TAKES_ONE },
  ];
  if (make !== undefined) {
    found.push({ owner, module, name: make, short: `${name}_new`, ...ONE_FOR_ONE });
  }
  if (representation !== undefined) {
    found.push({ owner, module, name: representation, short: `${name}_rep`, ...ONE_FOR_ONE });
  }
  if (destructor !== undefined) {
    found.push({ owner, module: "", name: destructor, short: `${name}_dtor`, ...TAKES_ONE });
  }
  return found;
}
