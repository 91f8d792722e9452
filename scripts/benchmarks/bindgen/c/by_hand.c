/* The best glue that was written by hand for three functions of the echo world, over wasm2c. */
#define _POSIX_C_SOURCE 200809L // for sigsetjmp()
#include "by_hand.h"

#include <stdlib.h>
#include <string.h>

#include "echoes_core.h"
#include "wasm-rt-exceptions.h"
#include "wasm-rt-impl.h"

#define EXPORT(name) w2c_echoes__core_test0x3Aecho0x2Fecho0x4010x2E20x2E30x23##name
#define POST(name) w2c_echoes__core_cabi_post_test0x3Aecho0x2Fecho0x4010x2E20x2E30x23##name

struct hand {
  w2c_echoes__core core;
  int dead;
};

/* Nobody is to jump there any more, which whoever comes next looks at. */
#define DONE() (g_wasm_rt_jmp_buf.initialized = false)

/* Without the signal mask, whose saving is a system call. */
#define TRY() \
  (WASM_RT_SAVE_STACK_DEPTH(), wasm_rt_set_unwind_target(&g_wasm_rt_jmp_buf), \
      WASM_RT_SETJMP_EXN(g_wasm_rt_jmp_buf))

static uint8_t *at(hand *h, u32 pointer, u64 size, u32 align) {
  wasm_rt_memory_t *memory = &h->core.w2c_memory;
  if (pointer + size > memory->size || (pointer & (align - 1)) != 0) {
    wasm_rt_trap(WASM_RT_TRAP_OOB);
  }
  return memory->data + pointer;
}

static u32 room(hand *h, u64 size, u32 align) {
  const u32 pointer = w2c_echoes__core_cabi_realloc(&h->core, 0, 0, align, (u32)size);
  at(h, pointer, size, align);
  return pointer;
}

/* Length in UTF-16, or -1 for what is no UTF-8. */
static int64_t units_of(const char *data, size_t length) {
  int64_t units = 0;
  size_t i = 0;
  for (; i + 8 <= length; i += 8) {
    u64 eight;
    memcpy(&eight, data + i, 8);
    if ((eight & UINT64_C(0x8080808080808080)) != 0) break;
    units += 8;
  }
  while (i < length) {
    const u8 first = (u8)data[i];
    if (first < 0x80) {
      i++;
      units++;
      continue;
    }
    const size_t more = 1 + (first >= 0xe0) + (first >= 0xf0);
    if (first < 0xc2 || first > 0xf4 || length - i <= more) return -1;
    const u8 second = (u8)data[i + 1];
    if (first == 0xe0 && second < 0xa0) return -1;
    if (first == 0xed && second > 0x9f) return -1;
    if (first == 0xf0 && second < 0x90) return -1;
    if (first == 0xf4 && second > 0x8f) return -1;
    for (size_t k = 1; k <= more; k++) {
      if (((u8)data[i + k] & 0xc0) != 0x80) return -1;
    }
    units += more == 3 ? 2 : 1;
    i += more + 1;
  }
  return units;
}

static int good(echoes_string_t text) {
  const int64_t units = units_of(text.data, text.length);
  return units >= 0 && units <= 1048576;
}

/* Writes where a checked text has been put. */
static void put_text(hand *h, echoes_string_t text, u32 span[2]) {
  const size_t units = (size_t)units_of(text.data, text.length);
  span[0] = room(h, units * 2, 2);
  span[1] = (u32)units;
  u8 *to = h->core.w2c_memory.data + span[0];
  for (size_t i = 0; i < text.length;) {
    const u8 first = (u8)text.data[i];
    if (first < 0x80) {
      *to++ = first;
      *to++ = 0;
      i++;
      continue;
    }
    const size_t more = 1 + (first >= 0xe0) + (first >= 0xf0);
    u32 value = first & (0x3fu >> more);
    for (size_t k = 1; k <= more; k++) value = value << 6 | ((u8)text.data[i + k] & 0x3f);
    i += more + 1;
    if (value > 0xffff) {
      const u16 high = (u16)(0xd7c0 + (value >> 10));
      memcpy(to, &high, 2);
      to += 2;
      value = 0xdc00 | (value & 0x3ff);
    }
    const u16 unit = (u16)value;
    memcpy(to, &unit, 2);
    to += 2;
  }
}

static void get_text(hand *h, u32 pointer, u32 length, echoes_string_t *text) {
  const u8 *units = at(h, pointer, (u64)length * 2, 2);
  char *data = malloc((size_t)length * 3 + 1);
  if (data == NULL) wasm_rt_trap(WASM_RT_TRAP_OOB);
  char *to = data;
  for (u32 i = 0; i < length; i++) {
    u32 value = (u32)(units[2 * i] | units[2 * i + 1] << 8);
    if (value < 0x80) {
      *to++ = (char)value;
      continue;
    }
    if (value < 0x800) {
      *to++ = (char)(0xc0 | value >> 6);
      *to++ = (char)(0x80 | (value & 0x3f));
      continue;
    }
    if ((value & 0xf800) == 0xd800) {
      const u32 next = i + 1 < length ? (u32)(units[2 * i + 2] | units[2 * i + 3] << 8) : 0;
      if (value < 0xdc00 && (next & 0xfc00) == 0xdc00) {
        value = 0x10000 + ((value & 0x3ff) << 10) + (next & 0x3ff);
        i++;
        *to++ = (char)(0xf0 | value >> 18);
        *to++ = (char)(0x80 | (value >> 12 & 0x3f));
        *to++ = (char)(0x80 | (value >> 6 & 0x3f));
        *to++ = (char)(0x80 | (value & 0x3f));
        continue;
      }
      value = 0xfffd;
    }
    *to++ = (char)(0xe0 | value >> 12);
    *to++ = (char)(0x80 | (value >> 6 & 0x3f));
    *to++ = (char)(0x80 | (value & 0x3f));
  }
  *to = '\0';
  text->data = data;
  text->length = (size_t)(to - data);
}

hand *hand_new(void) {
  hand *h = calloc(1, sizeof *h);
  wasm_rt_init();
  if (h == NULL) return NULL;
  if (TRY() == 0)
    wasm2c_echoes__core_instantiate(&h->core);
  else
    h->dead = 1;
  DONE();
  return h;
}

void hand_free(hand *h) {
  wasm2c_echoes__core_free(&h->core);
  free(h);
}

int hand_byte(hand *h, uint8_t a, uint8_t *result) {
  if (h->dead) return -1;
  if (TRY() != 0) {
    h->dead = 1;
    return -1;
  }
  *result = (uint8_t)EXPORT(byte)(&h->core, a);
  DONE();
  return 0;
}

int hand_text(hand *h, echoes_string_t a, echoes_string_t *result) {
  if (h->dead || !good(a)) return -1;
  result->data = NULL;
  if (TRY() != 0) {
    free((void *)result->data);
    h->dead = 1;
    return -1;
  }
  u32 span[2];
  put_text(h, a, span);
  const u32 r = EXPORT(text)(&h->core, span[0], span[1]);
  memcpy(span, at(h, r, 8, 4), 8);
  get_text(h, span[0], span[1], result);
  POST(text)
  (&h->core, r);
  return 0;
}

/* A record as it lies in the component's memory. */
typedef struct wide {
  u8 a;
  u64 b;
  u16 c;
  u32 d[2];
  u8 e[2];
  u32 f[2];
  u8 g;
  u32 h;
  u32 has_i;
  u32 i[2];
  u8 j;
  u32 k;
  u64 l[2];
  f32 m;
  s64 n;
  u16 o;
} wide;

static int good_wide(const echoes_wide_t *v) {
  if (!good(v->d) || (v->i.is_some && !good(v->i.value))) return 0;
  for (size_t i = 0; i < v->f.length; i++) {
    if (!good(v->f.items[i])) return 0;
  }
  return (v->h < 0xd800 || v->h > 0xdfff) && v->h <= 0x10ffff && v->j < 8 && v->o < 0x200;
}

static void put_wide(hand *h, u32 pointer, const echoes_wide_t *v) {
  wide w = {.a = v->a, .b = v->b, .c = v->c, .g = v->g, .h = v->h, .j = (u8)v->j, .k = v->k};
  put_text(h, v->d, w.d);
  w.e[0] = v->e.is_some;
  w.e[1] = v->e.value;
  w.f[0] = room(h, v->f.length * 8, 4);
  w.f[1] = (u32)v->f.length;
  for (u32 i = 0; i < v->f.length; i++) {
    u32 span[2];
    put_text(h, v->f.items[i], span);
    memcpy(h->core.w2c_memory.data + w.f[0] + 8 * i, span, 8);
  }
  w.has_i = v->i.is_some;
  if (v->i.is_some) put_text(h, v->i.value, w.i);
  w.l[0] = v->l.item0;
  w.l[1] = v->l.item1;
  w.m = v->m;
  w.n = v->n;
  w.o = (u16)v->o;
  memcpy(h->core.w2c_memory.data + pointer, &w, sizeof w);
}

static void get_wide(hand *h, u32 pointer, echoes_wide_t *v) {
  wide w;
  memcpy(&w, h->core.w2c_memory.data + pointer, sizeof w);
  if (w.e[0] > 1 || (w.has_i & 0xff) > 1) wasm_rt_trap(WASM_RT_TRAP_OOB);
  if ((w.h >= 0xd800 && w.h <= 0xdfff) || w.h > 0x10ffff) wasm_rt_trap(WASM_RT_TRAP_OOB);
  v->a = w.a;
  v->b = w.b;
  v->c = w.c;
  get_text(h, w.d[0], w.d[1], &v->d);
  v->e.is_some = w.e[0];
  v->e.value = w.e[1];
  at(h, w.f[0], (u64)w.f[1] * 8, 4);
  echoes_string_t *f = calloc(w.f[1], sizeof *f);
  if (f == NULL) wasm_rt_trap(WASM_RT_TRAP_OOB);
  v->f.items = f;
  v->f.length = w.f[1];
  for (u32 i = 0; i < w.f[1]; i++) {
    u32 span[2];
    memcpy(span, h->core.w2c_memory.data + w.f[0] + 8 * i, 8);
    get_text(h, span[0], span[1], &f[i]);
  }
  v->g = w.g != 0;
  v->h = w.h;
  v->i.is_some = (w.has_i & 0xff) == 1;
  if (v->i.is_some) get_text(h, w.i[0], w.i[1], &v->i.value);
  v->j = w.j & 0x7;
  v->k = w.k;
  v->l.item0 = (u8)w.l[0];
  v->l.item1 = w.l[1];
  v->m = w.m;
  v->n = w.n;
  v->o = w.o & 0x1ff;
}

int hand_wides(hand *h, echoes_wide_list_t a, echoes_wide_list_t *result) {
  if (h->dead) return -1;
  for (size_t i = 0; i < a.length; i++) {
    if (!good_wide(&a.items[i])) return -1;
  }
  result->items = NULL;
  result->length = 0;
  if (TRY() != 0) {
    echoes_wide_list_free(result);
    h->dead = 1;
    return -1;
  }
  const u32 pointer = room(h, a.length * sizeof(wide), 8);
  for (u32 i = 0; i < a.length; i++) put_wide(h, pointer + i * (u32)sizeof(wide), &a.items[i]);
  const u32 r = EXPORT(wides)(&h->core, pointer, (u32)a.length);
  u32 span[2];
  memcpy(span, at(h, r, 8, 4), 8);
  at(h, span[0], (u64)span[1] * sizeof(wide), 8);
  echoes_wide_t *items = calloc(span[1], sizeof *items);
  if (items == NULL) wasm_rt_trap(WASM_RT_TRAP_OOB);
  result->items = items;
  result->length = span[1];
  for (u32 i = 0; i < span[1]; i++) get_wide(h, span[0] + i * (u32)sizeof(wide), &items[i]);
  POST(wides)
  (&h->core, r);
  return 0;
}
