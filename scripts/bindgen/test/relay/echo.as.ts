// Answers each call by the import of the same name.
export * from "./generated/echo";
