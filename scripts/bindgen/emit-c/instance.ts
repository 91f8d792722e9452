/** How an instance begins and ends. */
import { resources, type World } from "../ir.js";
import type { CoreNames } from "./core.js";
import { initializeOf, printTry } from "./exports.js";
import { importPaths } from "./imports.js";
import { importInterfaces, importMembers, type Names } from "./names.js";
import type { Printer } from "./print.js";

export function printInstance(
  world: World,
  names: Names,
  core: CoreNames,
  usesMemory: boolean,
  out: Printer,
): void {
  const { prefix } = names;
  out.block(`static int32_t core_start(${prefix}_t *self) {`, () => {
    if (usesMemory) out.line(`self->memory = ${core.exported("memory")}(&self->core);`);
    out.line("core_instantiate(&self->core, self);");
    const initialize = initializeOf(core);
    out.line(`if (${initialize} != NULL) ${initialize}(&self->core);`);
    out.line(`return ${names.macro}_OK;`);
  });
  out.line();
  out.block(`static int32_t core_new(${prefix}_t *self) {`, () => {
    printTry("core_start(self)", out);
    out.line("return done;");
  });
  out.line();
  printNew(world, names, out);
  out.line();
  out.block(`void ${prefix}_free(${prefix}_t *self) {`, () => {
    out.line("if (self == NULL) return;");
    if (names.hasResources) {
      printDrops(world, names, out);
      out.line("rt_free_handles(&self->handles);");
    }
    out.line(`${core.free}(&self->core);`);
    out.line("free(self);");
  });
}

function printNew(world: World, names: Names, out: Printer): void {
  const { prefix, macro } = names;
  const imports = names.hasImports ? `, const ${prefix}_imports_t *imports` : "";
  out.block(`int32_t ${prefix}_new(${prefix}_t **self${imports}) {`, () => {
    out.line("*self = NULL;");
    if (names.hasImports) {
      for (const path of importPaths(world)) {
        out.line(`if (imports->${path} == NULL) return ${macro}_INVALID;`);
      }
    }
    out.line(`${prefix}_t *made = calloc(1, sizeof *made);`);
    out.line(`if (made == NULL) return ${macro}_NO_MEMORY;`);
    if (names.hasImports) out.line("made->imports = *imports;");
    out.line("made->state.may_leave = true;");
    out.line("pthread_once(&rt_once, rt_init);");
    out.line("const int32_t status = core_new(made);");
    out.line(`if (status != ${macro}_OK) ${prefix}_free(made);`);
    out.line(`*self = status == ${macro}_OK ? made : NULL;`);
    out.line("return status;");
  });
}

/** Objects of the host that the component still has. */
function printDrops(world: World, names: Names, out: Printer): void {
  const interfaces = importInterfaces(world);
  const drops = world.imports.flatMap((each) => {
    const labels = importMembers(each, each.ofWorld ? ["user", ...interfaces.values()] : []);
    const path = each.ofWorld ? "" : `${interfaces.get(each)}.`;
    return resources(each).map((resource, i) => ({
      resource,
      drop: `self->imports.${path}${labels.drops[i]}`,
    }));
  });
  if (drops.length === 0) return;
  out.block("for (u32 i = 0; i < self->handles.component.length; i++) {", () => {
    out.line("const rt_entry *entry = &self->handles.component.entries[i];");
    out.line("if (entry->kind != RT_OWN && entry->kind != RT_MOVING) continue;");
    for (const { resource, drop } of drops) {
      const object = `(${names.type(resource)} *)entry->representation`;
      out.block(`if (entry->type == ${names.resource(resource)}) {`, () => {
        out.line(`${drop}(self->imports.user, ${object});`);
      });
    }
  });
}
