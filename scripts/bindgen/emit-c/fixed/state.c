/** Memory that is released when the component's call of the host ends. */
typedef struct rt_block {
  struct rt_block *next;
  /** Aligns what follows for any type. */
  max_align_t memory[];
} rt_block;

/** What an instance has besides the core module. */
typedef struct rt_state {
  /** What went wrong last, or nothing. */
  char message[256];
  /** A call has trapped. */
  bool dead;
  /** A later call was told so. */
  bool told;
  /** A call runs, or has trapped. */
  bool entered;
  /** The component may call the host: it neither makes room nor cleans up. */
  bool may_leave;
  /** What is read is lent to a function of the host; else it is the caller's. */
  bool lending;
  /** Why the call ends, where that is not a trap. */
  int32_t status;
  rt_block *lent;
  /** What a function of the host returned and is not freed yet. */
  void *owed;
  void (*free_owed)(void *value);
} rt_state;
