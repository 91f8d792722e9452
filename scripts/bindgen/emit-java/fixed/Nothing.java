package PACKAGE;

/** What a WIT {@code result} holds on a side that has no type. */
public enum Nothing {
  /** The only value. */
  NOTHING
}
