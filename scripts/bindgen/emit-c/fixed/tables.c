/** What an entry of a table is. */
typedef enum rt_kind {
  /** Nothing; `next` is the next one free. */
  RT_FREE,
  /** An object that whoever has the table owns. */
  RT_OWN,
  /** One that is lent to whoever has the table, for the time of a call. */
  RT_BORROW,
  /** One that is being passed on: gone when the values beside it turn out to be right. */
  RT_MOVING
} rt_kind;

typedef struct rt_entry {
  rt_kind kind;
  /** Which resource it is of. */
  u32 type;
  /** Of a free or moving entry the next one; 0 ends the list. */
  u32 next;
  /** How often its place was used before: tells a stale handle. */
  u32 generation;
  /** How many calls it is lent to. */
  u32 lends;
  /** The call that this was an argument of last, as an `own` and as a `borrow`: never both. */
  u64 claimed;
  u64 shown;
  /** The component's number for its object, or the host's pointer to its own. */
  uintptr_t representation;
} rt_entry;

/** The handles that one side has. Place 0 is never used. */
typedef struct rt_table {
  rt_entry *entries;
  u32 length;
  u32 free;
} rt_table;

/** Something to undo when a call ends. */
typedef struct rt_loan {
  rt_table *table;
  u32 index;
} rt_loan;

typedef struct rt_handles {
  rt_table component;
  rt_table host;
  /** What is lent at present, the latest last. */
  rt_loan *loans;
  size_t loan_count;
  size_t loan_room;
  /** The first of the component's entries that are being passed on. */
  u32 moving;
  /** What the component was lent by the call that runs and has not dropped. */
  u32 borrows;
  /** Counts calls, for rt_entry.claimed and shown. */
  u64 calls;
} rt_handles;
