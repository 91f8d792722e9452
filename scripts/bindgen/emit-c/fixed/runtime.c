/** The most UTF-16 code units that one text may have. */
#define RT_MAX_TEXT_UNITS 1048576u

/** The most bytes that one list may take, its elements' own lists not counted. */
#define RT_MAX_LIST_BYTES (UINT64_C(1) << 28)

/**
 * Where a trap jumps to. wasm_rt_impl_try() saves the signal mask with a system call, which only a
 * trap that comes as a signal needs.
 */
#if WASM_RT_INSTALL_SIGNAL_HANDLER
#define RT_TRY() wasm_rt_impl_try()
#else
#define RT_TRY() \
  (WASM_RT_SAVE_STACK_DEPTH(), wasm_rt_set_unwind_target(&g_wasm_rt_jmp_buf), \
      WASM_RT_SETJMP_EXN(g_wasm_rt_jmp_buf))
#endif

/** Where a text or list lies in the component's memory. */
typedef struct rt_span {
  u32 pointer;
  u32 length;
} rt_span;

static pthread_once_t rt_once = PTHREAD_ONCE_INIT;

static void rt_init(void) {
  if (!wasm_rt_is_initialized()) wasm_rt_init();
}

/** Notes what went wrong, as printf() would write it. */
__attribute__((format(printf, 2, 3))) static void rt_note(ns_t *self, const char *format, ...) {
  va_list values;
  va_start(values, format);
  vsnprintf(self->state.message, sizeof self->state.message, format, values);
  va_end(values);
}

/** A trap of which it is noted why, besides those of the runtime. */
#define RT_NOTED ((wasm_rt_trap_t)1000)

/** Ends the call: the component has broken the rules. Jumps to RT_TRY(). */
#define RT_TRAP(self, ...) (rt_note(self, __VA_ARGS__), wasm_rt_trap(RT_NOTED))

/** Ends the call for want of memory. */
static void rt_exhausted(ns_t *self) {
  self->state.status = NS_NO_MEMORY;
  RT_TRAP(self, "out of memory");
}

/** What is wrong with a value; true, as all that follows in a check. */
#define RT_FAULT(self, ...) (rt_note(self, __VA_ARGS__), true)

/** Puts a step of the path before what is wrong; true. */
static bool rt_at(ns_t *self, const char *step) {
  char *message = self->state.message;
  const bool goes_on = message[0] == '.' || message[0] == '[';
  char head[128];
  snprintf(head, sizeof head, "%s%s", step, goes_on ? "" : ": ");
  const size_t length = strlen(head);
  memmove(message + length, message, sizeof self->state.message - 1 - length);
  memcpy(message, head, length);
  return true;
}

/** The same for an element of a list. */
static bool rt_at_index(ns_t *self, size_t index) {
  char step[32];
  snprintf(step, sizeof step, "[%zu]", index);
  return rt_at(self, step);
}

/** Says which argument is at fault. */
static int32_t rt_refuse(ns_t *self, const char *parameter) {
  rt_at(self, parameter);
  return NS_INVALID;
}

/** Whether a call may begin: NS_OK if so. */
static int32_t rt_begin(ns_t *self) {
  if (!self->state.entered) return NS_OK;
  if (!self->state.dead) {
    rt_note(self, "the component waits for the host and cannot be entered");
    return NS_REENTERED;
  }
  if (!self->state.told) rt_at(self, "in an earlier call");
  self->state.told = true;
  return NS_TRAPPED;
}

static void rt_release(ns_t *self) {
  while (self->state.lent != NULL) {
    rt_block *block = self->state.lent;
    self->state.lent = block->next;
    free(block);
  }
}

/** Memory for what the component gives, all zero: the caller's to free, or lent to the host. */
static void *rt_memory(ns_t *self, size_t size) {
  if (!self->state.lending) {
    void *made = calloc(1, size);
    if (made == NULL) rt_exhausted(self);
    return made;
  }
  rt_block *block = calloc(1, sizeof(rt_block) + size);
  if (block == NULL) rt_exhausted(self);
  block->next = self->state.lent;
  self->state.lent = block;
  return block->memory;
}

/** The instance is dead: whatever happened, it may be half changed. */
static int32_t rt_die(ns_t *self, int trap) {
  rt_state *state = &self->state;
  const int32_t status = state->status == NS_OK ? NS_TRAPPED : state->status;
  if (trap != (int)RT_NOTED) rt_note(self, "%s", wasm_rt_strerror((wasm_rt_trap_t)trap));
  rt_at(self, "the component trapped");
  if (state->owed != NULL) state->free_owed(state->owed);
  state->owed = NULL;
  state->dead = true;
  rt_release(self);
  return status;
}

/**
 * Where a trap of another instance is to jump to, a call of which waits in this thread for a function
 * of the host; `place.initialized` tells whether there is one.
 */
typedef struct rt_outer {
  wasm_rt_jmp_buf place;
  wasm_rt_jmp_buf *target;
#if WASM_RT_STACK_DEPTH_COUNT
  uint32_t depth;
#endif
} rt_outer;

static void rt_keep(rt_outer *outer) {
  outer->place = g_wasm_rt_jmp_buf;
  outer->target = wasm_rt_get_unwind_target();
#if WASM_RT_STACK_DEPTH_COUNT
  outer->depth = wasm_rt_saved_call_stack_depth;
#endif
}

static void rt_restore(const rt_outer *outer) {
  g_wasm_rt_jmp_buf = outer->place;
  wasm_rt_set_unwind_target(outer->target);
#if WASM_RT_STACK_DEPTH_COUNT
  wasm_rt_saved_call_stack_depth = outer->depth;
#endif
}

/**
 * Before RT_TRY(). The function that has it changes none of its variables between there and
 * rt_exit(), so that a jump leaves none in doubt: what may trap is a function of its own.
 */
static void rt_enter(ns_t *self, rt_outer *outer) {
  self->state.entered = true;
  outer->place.initialized = g_wasm_rt_jmp_buf.initialized;
  if (outer->place.initialized) rt_keep(outer);
}

/** After what was tried, also where it has trapped. */
static void rt_exit(ns_t *self, const rt_outer *outer) {
  // a dead instance stays entered: one look tells that no call may begin
  self->state.entered = self->state.dead;
  g_wasm_rt_jmp_buf.initialized = false;
  if (outer->place.initialized) rt_restore(outer);
}

/** Checks that `size` bytes lie at a pointer that the component gave. */
static u32 rt_inside(ns_t *self, u32 pointer, u64 size, u32 align) {
  if (pointer + size > self->memory->size || (pointer & (align - 1)) != 0) {
    RT_TRAP(self, "the component gave a bad pointer: %" PRIu64 " bytes at %" PRIu32, size, pointer);
  }
  return pointer;
}

/** Room in the component's memory, which may move. */
static u32 rt_allocate(ns_t *self, u64 size, u32 align) {
  self->state.may_leave = false;
  const u32 pointer = core_realloc(self, 0, 0, align, (u32)size);
  self->state.may_leave = true;
  return rt_inside(self, pointer, size, align);
}

/** Whether the component may call the host now: not while it makes room or cleans up. */
static void rt_leave(ns_t *self, const char *name) {
  if (!self->state.may_leave) RT_TRAP(self, "%s is called while the component may not", name);
}

/** A function of the host failed, with a status that is none of a result. */
static void rt_failed(ns_t *self, const char *name, int32_t status) {
  if (status == NS_NO_MEMORY) self->state.status = NS_NO_MEMORY;
  RT_TRAP(self, "%s failed with status %" PRId32, name, status);
}

/** What a function of the host returned cannot be passed on. */
static void rt_bad_return(ns_t *self, const char *name) {
  rt_at(self, "returned");
  rt_at(self, name);
  wasm_rt_trap(RT_NOTED);
}

/** What a function of the host returned is freed when it has crossed, or when that fails. */
static void rt_owe(ns_t *self, void *value, void (*free_value)(void *)) {
  self->state.owed = value;
  self->state.free_owed = free_value;
}

static void rt_pay(ns_t *self) {
  void *value = self->state.owed;
  self->state.owed = NULL;
  self->state.free_owed(value);
}

static u32 rt_load_u8(ns_t *self, u32 at) {
  return self->memory->data[at];
}

static u32 rt_load_u16(ns_t *self, u32 at) {
  u16 value;
  memcpy(&value, &self->memory->data[at], sizeof value);
  return value;
}

static u32 rt_load_u32(ns_t *self, u32 at) {
  u32 value;
  memcpy(&value, &self->memory->data[at], sizeof value);
  return value;
}

static u64 rt_load_u64(ns_t *self, u32 at) {
  u64 value;
  memcpy(&value, &self->memory->data[at], sizeof value);
  return value;
}

static f32 rt_load_f32(ns_t *self, u32 at) {
  f32 value;
  memcpy(&value, &self->memory->data[at], sizeof value);
  return value;
}

static f64 rt_load_f64(ns_t *self, u32 at) {
  f64 value;
  memcpy(&value, &self->memory->data[at], sizeof value);
  return value;
}

static void rt_store_u8(ns_t *self, u32 at, u32 value) {
  self->memory->data[at] = (u8)value;
}

static void rt_store_u16(ns_t *self, u32 at, u32 value) {
  const u16 narrow = (u16)value;
  memcpy(&self->memory->data[at], &narrow, sizeof narrow);
}

static void rt_store_u32(ns_t *self, u32 at, u32 value) {
  memcpy(&self->memory->data[at], &value, sizeof value);
}

static void rt_store_u64(ns_t *self, u32 at, u64 value) {
  memcpy(&self->memory->data[at], &value, sizeof value);
}

static void rt_store_f32(ns_t *self, u32 at, f32 value) {
  memcpy(&self->memory->data[at], &value, sizeof value);
}

static void rt_store_f64(ns_t *self, u32 at, f64 value) {
  memcpy(&self->memory->data[at], &value, sizeof value);
}

static void rt_store_span(ns_t *self, u32 at, rt_span span) {
  rt_store_u32(self, at, span.pointer);
  rt_store_u32(self, at + 4, span.length);
}

/** A float's bits, for the core values that cases of a variant share. */
static u32 rt_bits_of_f32(f32 value) {
  u32 bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

static u64 rt_bits_of_f64(f64 value) {
  u64 bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

static f32 rt_f32_of_bits(u32 bits) {
  f32 value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static f64 rt_f64_of_bits(u64 bits) {
  f64 value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

/** The discriminant, if there are so many cases. */
static u32 rt_case(ns_t *self, u32 discriminant, u32 count) {
  if (discriminant >= count) {
    RT_TRAP(self, "the component gave a case that does not exist: %" PRIu32, discriminant);
  }
  return discriminant;
}

static bool rt_is_char(u32 value) {
  return value < 0xd800 || (value > 0xdfff && value <= 0x10ffff);
}

static u32 rt_char(ns_t *self, u32 value) {
  if (!rt_is_char(value)) {
    RT_TRAP(self, "the component gave what is no character: %" PRIu32, value);
  }
  return value;
}

/** Copies the bytes of a list of numbers into the component. */
static rt_span rt_lower_numbers(ns_t *self, const void *items, size_t length, u32 size) {
  const rt_span span = {rt_allocate(self, (u64)length * size, size), (u32)length};
  if (length > 0) memcpy(&self->memory->data[span.pointer], items, length * size);
  return span;
}

/** A copy of the bytes of a list of numbers; NULL for an empty one. */
static void *rt_lift_numbers(ns_t *self, u32 pointer, u32 length, u32 size) {
  const u64 bytes = (u64)length * size;
  rt_inside(self, pointer, bytes, size);
  if (length == 0) return NULL;
  void *items = rt_memory(self, bytes);
  memcpy(items, &self->memory->data[pointer], bytes);
  return items;
}

/** What a value takes in the component's memory. */
typedef struct rt_layout {
  u32 size;
  u32 align;
} rt_layout;

/** Room for so many elements of `size` bytes in the host; NULL for none. */
static void *rt_lift_list(ns_t *self, u32 pointer, u32 length, rt_layout in, size_t size) {
  rt_inside(self, pointer, (u64)length * in.size, in.align);
  if (length > SIZE_MAX / size) rt_exhausted(self);
  return length == 0 ? NULL : rt_memory(self, length * size);
}

static bool rt_check_case(ns_t *self, u32 discriminant, u32 count) {
  if (discriminant < count) return false;
  return RT_FAULT(self, "%" PRIu32 " is none of the %" PRIu32 " cases", discriminant, count);
}

static bool rt_check_flags(ns_t *self, u32 value, u32 all) {
  if ((value & ~all) == 0) return false;
  return RT_FAULT(self, "0x%" PRIx32 " has bits without a flag", value);
}

static bool rt_check_char(ns_t *self, u32 value) {
  return rt_is_char(value) ? false : RT_FAULT(self, "0x%" PRIx32 " is no character", value);
}

/** `size` is what an element takes in the component. */
static bool rt_check_list(ns_t *self, const void *items, size_t length, u32 size) {
  if (length > RT_MAX_LIST_BYTES / size) {
    const u64 most = RT_MAX_LIST_BYTES / size;
    return RT_FAULT(self, "a list of %zu elements, at most %" PRIu64 " fit", length, most);
  }
  return items == NULL && length > 0 ? RT_FAULT(self, "NULL with a length of %zu", length) : false;
}

/** How many of the bytes up to the first one that is not ASCII; by eights. */
static size_t rt_ascii(const char *data, size_t length) {
  size_t at = 0;
  for (; at + 8 <= length; at += 8) {
    u64 eight;
    memcpy(&eight, data + at, sizeof eight);
    if ((eight & UINT64_C(0x8080808080808080)) != 0) break;
  }
  return at;
}

/** What rt_decode() gives for bytes that are no UTF-8. */
#define RT_BAD_UTF8 0xffffffffu

/** The character at `*at`, which is moved behind it. */
static u32 rt_decode(const char *data, size_t length, size_t *at) {
  const u8 first = (u8)data[*at];
  *at += 1;
  if (first < 0x80) return first;
  // a lead byte tells how many follow, and the least character that needs so many
  static const u32 least[] = {0, 0x80, 0x800, 0x10000};
  const size_t more = 1 + (first >= 0xe0) + (first >= 0xf0);
  if (first < 0xc2 || first > 0xf4 || length - *at < more) return RT_BAD_UTF8;
  u32 value = first & (0x3fu >> more);
  for (size_t i = 0; i < more; i++) {
    const u8 next = (u8)data[*at + i];
    if ((next & 0xc0) != 0x80) return RT_BAD_UTF8;
    value = (value << 6) | (next & 0x3f);
  }
  *at += more;
  return value >= least[more] && rt_is_char(value) ? value : RT_BAD_UTF8;
}

/** Refuses what is no UTF-8, and what is too long. */
static bool rt_check_text(ns_t *self, ns_string_t text) {
  if (text.data == NULL && text.length > 0) {
    return RT_FAULT(self, "NULL with a length of %zu", text.length);
  }
  size_t units = text.length == 0 ? 0 : rt_ascii(text.data, text.length);
  for (size_t at = units; at < text.length;) {
    const size_t from = at;
    const u32 value = rt_decode(text.data, text.length, &at);
    if (value == RT_BAD_UTF8) return RT_FAULT(self, "no UTF-8 at byte %zu", from);
    units += value > 0xffff ? 2 : 1;
  }
  if (units <= RT_MAX_TEXT_UNITS) return false;
  return RT_FAULT(self, "%zu UTF-16 code units, at most %u fit", units, RT_MAX_TEXT_UNITS);
}

/** Room for a text of so many bytes and a NUL. */
static char *rt_text_memory(ns_t *self, size_t length) {
  return rt_memory(self, length + 1);
}

/** Writes a character and gives where the next one goes. */
static char *rt_encode(char *to, u32 value) {
  if (value < 0x80) {
    *to++ = (char)value;
    return to;
  }
  if (value < 0x800) {
    *to++ = (char)(0xc0 | (value >> 6));
  } else {
    if (value < 0x10000) {
      *to++ = (char)(0xe0 | (value >> 12));
    } else {
      *to++ = (char)(0xf0 | (value >> 18));
      *to++ = (char)(0x80 | ((value >> 12) & 0x3f));
    }
    *to++ = (char)(0x80 | ((value >> 6) & 0x3f));
  }
  *to++ = (char)(0x80 | (value & 0x3f));
  return to;
}

static size_t rt_utf8_size(u32 value) {
  if (value < 0x80) return 1;
  if (value < 0x800) return 2;
  return value < 0x10000 ? 3 : 4;
}

/** How many UTF-16 code units a checked text takes. */
static size_t rt_utf16_length(ns_string_t text) {
  size_t at = text.length == 0 ? 0 : rt_ascii(text.data, text.length);
  size_t units = at;
  for (; at < text.length; at++) {
    const u8 byte = (u8)text.data[at];
    // one for each character, two for those beyond U+FFFF
    units += (byte & 0xc0) != 0x80;
    units += byte >= 0xf0;
  }
  return units;
}

/**
 * Writes a checked text as UTF-16, at an address that need not be aligned here. Not inlined: beside
 * RT_TRY() gcc -O3 warns that a jump might change its variables, which nobody reads after one.
 */
__attribute__((noinline)) static void rt_write_utf16(u8 *to, ns_string_t text) {
  size_t at = text.length == 0 ? 0 : rt_ascii(text.data, text.length);
  for (size_t i = 0; i < at; i++) {
    to[2 * i] = (u8)text.data[i];
    to[2 * i + 1] = 0;
  }
  to += 2 * at;
  while (at < text.length) {
    const u32 value = rt_decode(text.data, text.length, &at);
    u16 units[2] = {(u16)value, 0};
    size_t size = 2;
    if (value > 0xffff) {
      units[0] = (u16)(0xd7c0 + (value >> 10));
      units[1] = (u16)(0xdc00 | (value & 0x3ff));
      size = 4;
    }
    memcpy(to, units, size);
    to += size;
  }
}

static u32 rt_unit(const u8 *units, size_t index) {
  u16 unit;
  memcpy(&unit, units + 2 * index, sizeof unit);
  return unit;
}

/** The character at `*at`, which is moved behind it; U+FFFD for a lone surrogate. */
static u32 rt_decode_utf16(const u8 *units, size_t length, size_t *at) {
  const u32 unit = rt_unit(units, *at);
  *at += 1;
  if ((unit & 0xf800) != 0xd800) return unit;
  const u32 next = *at < length ? rt_unit(units, *at) : 0;
  if (unit >= 0xdc00 || (next & 0xfc00) != 0xdc00) return 0xfffd;
  *at += 1;
  return 0x10000 + ((unit & 0x3ff) << 10) + (next & 0x3ff);
}

/** How many of the units up to the first one that is not ASCII; by fours. */
static size_t rt_ascii_units(const u8 *units, size_t length) {
  size_t at = 0;
  for (; at + 4 <= length; at += 4) {
    u64 four;
    memcpy(&four, units + 2 * at, sizeof four);
    if ((four & UINT64_C(0xff80ff80ff80ff80)) != 0) break;
  }
  return at;
}

/** Reads `length` units of UTF-16. */
static void rt_read_utf16(ns_t *self, u32 pointer, u32 length, ns_string_t *text) {
  rt_inside(self, pointer, (u64)length * 2, 2);
  const u8 *units = &self->memory->data[pointer];
  const size_t ascii = rt_ascii_units(units, length);
  size_t bytes = ascii;
  for (size_t at = ascii; at < length;) bytes += rt_utf8_size(rt_decode_utf16(units, length, &at));
  char *data = rt_text_memory(self, bytes);
  text->data = data;
  text->length = bytes;
  for (size_t i = 0; i < ascii; i++) data[i] = (char)units[2 * i];
  char *to = data + ascii;
  for (size_t at = ascii; at < length;) to = rt_encode(to, rt_decode_utf16(units, length, &at));
}
