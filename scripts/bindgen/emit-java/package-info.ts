/** `package-info.java`: what holds for the whole package, and the WIT's other names for types. */
import type { World } from "../ir.js";
import { javadoc, paragraphs } from "./javadoc.js";
import type { TypeNames } from "./names.js";

export function emitPackageInfo(world: World, names: TypeNames, header: string): string {
  const aliases = world.interfaces
    .flatMap((i) => i.types)
    .filter((t) => t.kind === "alias")
    .map((t) => {
      const type = names.of(t.target).replaceAll("<", "&lt;").replaceAll(">", "&gt;");
      const said = [`The WIT's type {@code ${t.name}} is {@code ${type}}.`, ...paragraphs(t.docs)];
      return said.join(" ").replaceAll("&lt;", "<").replaceAll("&gt;", ">");
    });
  const body = [
    `The component {@code ${world.id}}: {@link ${names.package}.${names.world}} makes instances.`,
    "Nothing is null: no argument, no result and no part of one. A value that may be absent is an " +
      "{@link java.util.Optional}. Records copy the lists they are made of; arrays and sets of " +
      "flags are kept as they are, and must not be changed while a call runs.",
    "Arguments that do not fit are refused by an {@link java.lang.IllegalArgumentException} before " +
      "anything crosses, or by the records' constructors. A function's WIT result is returned, or " +
      "thrown as a {@code ComponentException}. A trap, or wrong data from the component, is a " +
      `{@link ${names.package}.TrapException}, and so is every later call.`,
    ...aliases,
  ];
  return `${header}\n${javadoc(body, [], 0).join("\n")}\npackage ${names.package};\n`;
}
