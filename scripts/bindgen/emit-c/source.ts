/** `<world>.c`: the fixed part as far as it is used, and what follows from the world. */
import { resources, type Type, type World } from "../ir.js";
import type { CoreNames } from "./core.js";
import { optionalExports, printExports } from "./exports.js";
import { Source } from "./functions.js";
import { importModules, printImports } from "./imports.js";
import { printInstance } from "./instance.js";
import type { Names } from "./names.js";
import { chunks, needed } from "./pick.js";
import { Printer } from "./print.js";
import { printFrees } from "./types.js";

/** The fixed files, with the names of the world in them. */
export interface Fixed {
  /** What an instance has, and the same of handles. */
  readonly state: string;
  readonly tables: string;
  /** Functions, of which each world gets those that it needs. */
  readonly runtime: string;
  readonly text: string;
  readonly handles: string;
  /** The fixed functions of the header. */
  readonly api: string;
}

/** `freed` are the types that hold memory, parts before wholes. */
export function printSource(
  world: World,
  names: Names,
  core: CoreNames,
  fixed: Fixed,
  freed: readonly Type[],
): string {
  const source = new Source(names, core);
  printFrees(freed, names, source.out);
  printImports(world, source);
  printExports(world, source);
  const generated = source.out.toString();
  const library = [
    ...chunks(coreRealloc(names, core)),
    ...chunks(fixed.runtime),
    ...chunks(fixed.text),
    ...chunks(fixed.handles),
  ];
  const usesMemory = needed(library, generated).some((chunk) => chunk.includes("self->memory"));
  const instance = new Printer();
  printInstance(world, names, core, usesMemory, instance);
  const used = needed(library, generated + instance.toString());
  const parts = [
    prelude(world, source),
    fixed.state,
    names.hasResources ? fixed.tables : "",
    struct(names, core, usesMemory),
    used.join("\n\n"),
    fixed.api,
    generated,
    instance.toString(),
  ];
  return `${parts
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .join("\n\n")}\n`;
}

function coreRealloc({ prefix }: Names, core: CoreNames): string {
  const parameters = `${prefix}_t *self, u32 pointer, u32 size, u32 align, u32 wanted`;
  return `static u32 core_realloc(${parameters}) {
  return ${core.exported("cabi_realloc")}(&self->core, pointer, size, align, wanted);
}
`;
}

function struct(names: Names, core: CoreNames, usesMemory: boolean): string {
  const out = new Printer();
  out.block(
    `struct ${names.prefix} {`,
    () => {
      out.line(`${core.type} core;`);
      if (usesMemory) out.line("wasm_rt_memory_t *memory;");
      if (names.hasImports) out.line(`${names.prefix}_imports_t imports;`);
      if (names.hasResources) out.line("rt_handles handles;");
      out.line("rt_state state;");
    },
    "};",
  );
  return out.toString();
}

/** What stands before the first definition. */
function prelude(world: World, source: Source): string {
  const { names, core } = source;
  const out = new Printer();
  out.line("/*");
  out.line(" * To be compiled with the runtime of wasm2c and what it makes of the core module:");
  out.line(` * wasm2c core.wasm -n ${core.file} -o ${core.file}.c`);
  out.line(" *");
  out.line(" * Traps do not leave this file: every public function catches its own.");
  out.line(" */");
  out.line("#ifndef _POSIX_C_SOURCE");
  out.line("#define _POSIX_C_SOURCE 200809L // for sigsetjmp()");
  out.line("#endif");
  out.line(`#include "${names.prefix}.h"`);
  out.line();
  for (const name of ["inttypes", "pthread", "stdarg", "stdio", "stdlib", "string"]) {
    out.line(`#include <${name}.h>`);
  }
  out.line();
  const modules = importModules(world);
  printCoreHeader(core, modules, out);
  out.line('#include "wasm-rt-exceptions.h"');
  out.line('#include "wasm-rt-impl.h"');
  out.line();
  out.line("#if WABT_BIG_ENDIAN");
  out.line('#error "memory of the component is little-endian"');
  out.line("#endif");
  out.line();
  const optional = optionalExports(world, source);
  out.line("/* What the core module imports and exports, by names that can be read. */");
  for (const [alias, symbol] of core.aliases) out.line(`#define ${alias} ${symbol}`);
  if (modules.length > 0) out.line();
  for (const module of modules) out.line(`struct ${core.host(module)};`);
  out.line();
  out.line("/* What a component may lack is NULL then. */");
  for (const declaration of optional) out.line(`__attribute__((weak)) ${declaration}`);
  const numbered = world.interfaces.flatMap((i) => resources(i));
  if (numbered.length > 0) {
    out.line();
    out.line("/* Tells the handles of one resource from those of another. */");
    const items = numbered.map((resource, i) => `${names.resource(resource)} = ${i + 1}`);
    out.block(
      "enum {",
      () => {
        items.forEach((item, i) => {
          out.line(i === items.length - 1 ? item : `${item},`);
        });
      },
      "};",
    );
  }
  return out.toString();
}

/**
 * The header of the core module. How many modules it imports from depends on
 * what the component uses, and so do the parameters of the function that makes
 * an instance.
 */
function printCoreHeader(core: CoreNames, modules: readonly string[], out: Printer): void {
  out.line("/*");
  out.line(
    " * A core module imports from those modules of its world that it uses, and what makes an",
  );
  out.line(
    " * instance has a parameter for each. So its declaration is read as the use of a macro, which",
  );
  out.line(" * picks the arguments by their number.");
  out.line(" */");
  const counts = ["HOSTS_0", ...modules.map((_, i) => `HOSTS_${i + 1}`)];
  counts.forEach((name, i) => {
    out.line(
      i === 0 ? `#define ${name}(host)` : `#define ${name}(host) HOSTS_${i - 1}(host), host`,
    );
  });
  const slots = modules.map((_, i) => `m${i}, `).join("");
  out.line(`#define HOSTS(core, ${slots}hosts, ...) hosts`);
  const { instantiate, type } = core;
  out.line(`#define ${instantiate}(...) \\`);
  out.line(`  (${instantiate})(__VA_ARGS__); \\`);
  out.line(`  static void core_instantiate(${type} *core, void *host) { \\`);
  out.line("    (void)host; \\");
  out.line(`    (${instantiate})(core HOSTS(__VA_ARGS__, \\`);
  out.line(`        ${[...counts].reverse().join(", ")}, 0)(host)); \\`);
  out.line("  } \\");
  out.line(`  struct ${core.type}_host`);
  out.line(`#include "${core.file}.h"`);
  out.line(`#undef ${instantiate}`);
}
