// How values cross the canonical ABI into an AssemblyScript guest: strings are
// UTF-16 and stay so. Whatever a host gets wrong ends in a trap.
//
// Memory: what the host allocates by `cabi_realloc` is copied into objects and
// freed at once. What a call returns or an import is given is pointed at where it
// lives. There is no collection while a call runs or its result is read.

/** Bytes that cross between two collections; garbage is never much more than a few times this. */
const COLLECT_AFTER: usize = 1 << 20;

/** What a call is taken to leave as garbage besides the bytes that cross. */
const CALL_COST: usize = 512;

/** An object's header, in bytes: what each value lifted costs beside its content. */
const OBJECT_COST: usize = 32;

/** The largest alignment that `heap.alloc` gives. */
const MAX_ALIGN: usize = 16;

/** More than this no block can have. */
const MAX_BLOCK: usize = 1 << 30;

let crossed: usize = 0;
let pages: i32 = 0;
/** The elements of lowered lists: each block begins with the address of the one before it. */
let elements: usize = 0;

/** The canonical ABI's allocator, for the host alone. */
export function cabi_realloc(
  oldPointer: usize,
  oldSize: usize,
  align: usize,
  newSize: usize,
): usize {
  if (align > MAX_ALIGN || !align || (align & (align - 1)) != 0) unreachable();
  if (newSize == 0) {
    if (oldSize != 0) heap.free(oldPointer);
    return align; // not null, aligned, and nothing is there
  }
  return oldSize == 0 ? heap.alloc(newSize) : heap.realloc(oldPointer, newSize);
}

/** The host has read the result. */
export function done(): void {
  freeElements();
  collectIfDue();
}

/**
 * Collects when enough has crossed, or memory has grown, since the last time: a
 * collection visits all that lives, so it must not come with every call. Nothing
 * is lifted or lowered while this runs.
 */
export function collectIfDue(): void {
  crossed += CALL_COST;
  if (crossed < COLLECT_AFTER && memory.size() == pages) return;
  __collect();
  crossed = 0;
  pages = memory.size();
}

/** Checks what a host's pointer spans: `count` elements, in bounds and aligned. In bytes. */
export function span(pointer: usize, count: usize, size: usize, align: usize): usize {
  const bytes = <u64>count * <u64>size;
  if ((pointer & (align - 1)) != 0) unreachable();
  if (<u64>pointer + bytes > (<u64>memory.size()) << 16) unreachable();
  return <usize>bytes;
}

/** Frees what the host allocated. */
export function release(pointer: usize, bytes: usize): void {
  if (bytes == 0) return;
  crossed += bytes + OBJECT_COST;
  heap.free(pointer);
}

export function takeText(pointer: usize, length: usize): string {
  const bytes = span(pointer, length, 2, 2);
  if (bytes == 0) return "";
  const text = String.UTF16.decodeUnsafe(pointer, bytes);
  release(pointer, bytes);
  return text;
}

export function takeNumbers<A extends ArrayBufferView>(
  pointer: usize,
  length: usize,
  size: usize,
): A {
  const bytes = span(pointer, length, size, size);
  const numbers = instantiate<A>(<i32>length);
  memory.copy(numbers.dataStart, pointer, bytes);
  release(pointer, bytes);
  return numbers;
}

export function storeText(at: usize, text: string): void {
  crossed += <usize>text.length * 2 + OBJECT_COST;
  store<usize>(at, changetype<usize>(text));
  store<u32>(at, text.length, 4);
}

export function storeNumbers(at: usize, numbers: ArrayBufferView, size: i32): void {
  crossed += <usize>numbers.byteLength + OBJECT_COST;
  store<usize>(at, numbers.dataStart);
  store<u32>(at, numbers.byteLength / size, 4);
}

/** Room for a list's elements, which are found by the pointer and length at `at`. */
export function storeElements(at: usize, length: i32, size: usize): usize {
  const bytes = <u64>length * <u64>size;
  if (bytes > <u64>MAX_BLOCK) unreachable();
  const block = heap.alloc(MAX_ALIGN + <usize>bytes);
  crossed += <usize>bytes + OBJECT_COST;
  store<usize>(block, elements);
  elements = block;
  store<usize>(at, block + MAX_ALIGN);
  store<u32>(at, length, 4);
  return block + MAX_ALIGN;
}

/** Frees what `storeElements` made. */
export function freeElements(): void {
  while (elements != 0) {
    const before = load<usize>(elements);
    heap.free(elements);
    elements = before;
  }
}

/** Makes two core values, each in 8 bytes, of a pointer and length. */
export function spread(at: usize): void {
  store<u32>(at, load<u32>(at, 4), 8);
  store<u32>(at, 0, 4);
}

/** Whether the discriminant of an option says that there is a value. */
export function isSome(discriminant: u32): bool {
  if (discriminant > 1) unreachable();
  return discriminant == 1;
}

/** A discriminant, known to name one of `count` cases. */
export function label(discriminant: u32, count: u32): i32 {
  if (discriminant >= count) unreachable();
  return discriminant;
}

export function char(value: u32): i32 {
  if (value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) unreachable();
  return value;
}

/** A core value, known to fit the narrower integer that it stands for. */
export function narrow<T extends number>(value: u32): T {
  if (<u32>(<T>value) != value) unreachable();
  return <T>value;
}
