// Objects that cross by handle. The host's are known here by a number; the
// component's own are pinned while the host has a handle, and known to it by
// their address. Whatever a host gets wrong ends in a trap.

/** An object of the host. It is the guest's to drop, unless it is given away or only lent. */
export abstract class Handle {
  /** The host's number for it, for the glue alone; 0 once it has ended here. */
  handle: u32;
  /** Lent for the time of one call, after which it has ended here. */
  isLent: bool;

  /** Ends it here. Whoever uses it then, traps. */
  abstract drop(): void;
}

/** What the call that is running was lent. */
const borrowed: Handle[] = [];

/** An object whose owner the guest now is. */
export function owned<T extends Handle>(handle: u32): T {
  return made<T>(handle, false);
}

/** An object that the guest may use until the call returns. */
export function lent<T extends Handle>(handle: u32): T {
  const it = made<T>(handle, true);
  borrowed.push(it);
  return it;
}

/** Without the constructor, which would make an object in the host. */
function made<T extends Handle>(handle: u32, isLent: bool): T {
  const it = changetype<T>(__new(offsetof<T>(), idof<T>()));
  it.handle = known(handle);
  it.isLent = isLent;
  return it;
}

/** Gives back what the call was lent. */
export function endLent(): void {
  for (let i = 0; i < borrowed.length; i++) borrowed[i].drop();
  borrowed.length = 0;
}

/** A number that is one. */
export function known(handle: u32): u32 {
  if (handle == 0) unreachable();
  return handle;
}

export function lend(it: Handle): u32 {
  return known(it.handle);
}

export function give(it: Handle): u32 {
  if (it.isLent) unreachable();
  return end(it);
}

export function end(it: Handle): u32 {
  const handle = known(it.handle);
  it.handle = 0;
  return handle;
}

/** The colour of pinned objects, and where an object's is, before it. */
const PINNED: usize = 3;
const COLOR_OFFSET: usize = 16;

/** The component's object that the host comes back to. */
let comingBack: usize = 0;

/** The object's address, for a new handle; it stays until `released`, and has one handle at a time. */
export function pinned<T>(it: T): usize {
  return __pin(changetype<usize>(it));
}

/** The object of an address that the host was given. */
export function object<T>(address: usize): T {
  const end = (<usize>memory.size()) << 16;
  if ((address & 15) != 0 || address < __heap_base || address >= end) unreachable();
  if ((load<usize>(address - COLOR_OFFSET) & PINNED) != PINNED) unreachable();
  // biome-ignore lint/complexity/noBannedTypes: in AssemblyScript it is the base of every class
  if (!(changetype<Object>(address) instanceof T)) unreachable();
  return changetype<T>(address);
}

/** The object of an address that the host gives up. */
export function released<T>(address: usize): T {
  const it = object<T>(address);
  __unpin(address);
  return it;
}

/** The host gives an object back: dropping the handle is not the object's end. */
export function beginReturn<T>(it: T): void {
  comingBack = changetype<usize>(it);
}

export function endReturn(): void {
  __unpin(comingBack);
  comingBack = 0;
}

export function isComingBack(address: usize): bool {
  return comingBack != 0 && comingBack == address;
}
