// The functions of the world itself.
import * as host from "./generated/resources";
import * as t from "./generated/types";

export function run(name: string): string {
  const text = `${name} ${host.next()}`;
  host.note(text);
  return text;
}

export function best(all: Array<t.Item>): t.Result<u32, string> {
  return host.choose(all);
}
