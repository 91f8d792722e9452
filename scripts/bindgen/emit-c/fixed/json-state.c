/** An object of the component by its id. */
typedef struct js_object {
  uint32_t index;
  uint32_t generation;
  /** Which resource it is of. */
  int type;
} js_object;

/** What one session has. */
typedef struct js_t {
  ns_t *instance;
  /** Those that were ever given an id: the first has 1. */
  js_object *objects;
  size_t count;
  /** What is wrong with the JSON, after its path. */
  char fault[512];
  /** What a function of the host threw, or nothing. */
  char thrown[640];
  /** The instance ends: nobody is told of what it drops. */
  bool ending;
} js_t;
