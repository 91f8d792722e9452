/**
 * An instance of the component, with its memory and everything that it holds. Instances share
 * nothing. One is used by one thread at a time; which one does not matter.
 */
typedef struct ns ns_t;

/** What functions return. From NS_TRAPPED on ns_error() says more. */
typedef enum ns_status {
  /** Done; what `result` points at is filled in. */
  NS_OK = 0,
  /** The component's own error, as the WIT has it; what `error` points at is filled in. */
  NS_ERR = 1,
  /**
   * The component trapped or gave wrong data, now or in an earlier call, or a function of the host
   * failed. It may be half changed, so that every later call returns this too: ns_free() it.
   */
  NS_TRAPPED = -1,
  /** An argument cannot be passed on; nothing has happened. */
  NS_INVALID = -2,
  /** Memory of the host ran out before (nothing has happened) or while values crossed (trapped). */
  NS_NO_MEMORY = -3,
  /** Called by a function of the host while the instance waits for it; nothing has happened. */
  NS_REENTERED = -4
} ns_status_t;

/**
 * A text in UTF-8: `length` bytes, which may hold U+0000. As an argument it belongs to the caller.
 * One that was returned has a NUL behind it and is freed by ns_string_free().
 */
typedef struct ns_string {
  const char *data;
  size_t length;
} ns_string_t;

/** The text up to its NUL, which is not copied: for arguments. */
ns_string_t ns_string(const char *text);

/**
 * Copies a text up to its NUL into `copy`: for what a function of the host returns.
 *
 * Returns NS_OK or NS_NO_MEMORY.
 */
int32_t ns_string_copy(ns_string_t *copy, const char *text);

/** Frees a text that was returned or copied, and empties it. */
void ns_string_free(ns_string_t *text);
