/** Responses that are the same whenever they are given, and the media types of all. */

import { Response, Tuple2 } from "../generated/types";

export const TEXT = "text/plain; charset=utf-8";
export const JSON = "application/json";
export const HEALTH_JSON = "application/health+json";

/** A header of a response. */
export type Header = Tuple2<string, string>;

/** Shared by all responses without headers of their own: never written to. */
export const NO_HEADERS: Array<Header> = [];

/** A response without headers of its own. */
export function response(status: u16, contentType: string, body: Uint8Array): Response {
  return new Response(status, contentType, NO_HEADERS, body);
}

/** A response of one line. */
export function line(status: u16, text: string): Response {
  return response(status, TEXT, bytesOf(text + "\n"));
}

/** A response of one line with one header. */
export function lineWith(status: u16, text: string, name: string, value: string): Response {
  return new Response(
    status,
    TEXT,
    [new Tuple2<string, string>(name, value)],
    bytesOf(text + "\n"),
  );
}

/** A text as UTF-8. */
export function bytesOf(text: string): Uint8Array {
  return Uint8Array.wrap(String.UTF8.encode(text));
}

/** What the text form answers when all is well. */
export const OK = response(200, TEXT, bytesOf("ok"));
