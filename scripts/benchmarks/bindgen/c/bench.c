/* What a call costs by the generated functions and by hand: a line of JSON for each case. */
#define _POSIX_C_SOURCE 200809L // for clock_gettime()
#include "by_hand.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ROUNDS = 31 };
static const double ROUND_NS = 2e7;

static echoes_t *generated;
static hand *by_hand;
static echoes_string_t text;
static echoes_wide_list_t wides;

static void fail(const char *what) {
  fprintf(stderr, "%s failed\n", what);
  exit(1);
}

static void generated_byte(void) {
  uint8_t result;
  if (echoes_echo_byte(generated, 7, &result) != ECHOES_OK || result != 7) fail("byte");
}

static void hand_byte_once(void) {
  uint8_t result;
  if (hand_byte(by_hand, 7, &result) != 0 || result != 7) fail("byte by hand");
}

static void generated_text(void) {
  echoes_string_t result;
  if (echoes_echo_text(generated, text, &result) != ECHOES_OK || result.length != 100) fail("text");
  echoes_string_free(&result);
}

static void hand_text_once(void) {
  echoes_string_t result;
  if (hand_text(by_hand, text, &result) != 0 || result.length != 100) fail("text by hand");
  echoes_string_free(&result);
}

static void generated_wides(void) {
  echoes_wide_list_t result;
  if (echoes_echo_wides(generated, wides, &result) != ECHOES_OK || result.length != 4) fail("wides");
  echoes_wide_list_free(&result);
}

static void hand_wides_once(void) {
  echoes_wide_list_t result;
  if (hand_wides(by_hand, wides, &result) != 0 || result.length != 4) fail("wides by hand");
  echoes_wide_list_free(&result);
}

/* The time of this thread, so that a busy machine does not count. */
static double timed(void (*call)(void), long count) {
  struct timespec from;
  struct timespec to;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &from);
  for (long i = 0; i < count; i++) call();
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &to);
  return (double)(to.tv_sec - from.tv_sec) * 1e9 + (double)(to.tv_nsec - from.tv_nsec);
}

static int ascending(const void *a, const void *b) {
  const double x = *(const double *)a;
  const double y = *(const double *)b;
  return (x > y) - (x < y);
}

/* Both in turns, so that the machine's moods meet both. */
static void compare(const char *what, void (*ours)(void), void (*best)(void)) {
  double a[ROUNDS];
  double b[ROUNDS];
  long count = 1;
  while (timed(best, count) < ROUND_NS) count *= 2;
  for (int i = 0; i < ROUNDS; i++) {
    a[i] = timed(ours, count) / (double)count;
    b[i] = timed(best, count) / (double)count;
  }
  qsort(a, ROUNDS, sizeof *a, ascending);
  qsort(b, ROUNDS, sizeof *b, ascending);
  const char *line = "{\"what\":\"c: %s\",\"generated\":%.1f,\"byHand\":%.1f}\n";
  printf(line, what, a[ROUNDS / 2], b[ROUNDS / 2]);
}

int main(void) {
  const echoes_string_t texts[] = {
      echoes_string("one"), echoes_string("two"), echoes_string("three")};
  echoes_wide_t items[4];
  for (uint8_t i = 0; i < 4; i++) {
    const echoes_wide_t wide = {
        .a = i,
        .b = UINT64_C(1) << 60,
        .c = 65535,
        .d = echoes_string("d\xc3\xa9"),
        .e = {.is_some = i > 0, .value = i},
        .f = {texts, 3},
        .g = true,
        .h = 'h',
        .i = {.is_some = true, .value = echoes_string("i")},
        .j = ECHOES_FEW_A | ECHOES_FEW_C,
        .k = ECHOES_ALL32_F0 | ECHOES_ALL32_F31,
        .l = {1, 2},
        .m = 1.5f,
        .n = -1,
        .o = ECHOES_SOME9_F8,
    };
    items[i] = wide;
  }
  wides.items = items;
  wides.length = 4;
  text = echoes_string(
      "a text of a hundred characters, give or take. a text of a hundred characters, give or take. a text o");
  if (text.length != 100) fail("the text");
  if (echoes_new(&generated) != ECHOES_OK) fail("the instance");
  by_hand = hand_new();
  if (by_hand == NULL) fail("the instance by hand");
  compare("a scalar", generated_byte, hand_byte_once);
  compare("a string", generated_text, hand_text_once);
  compare("a record of lists", generated_wides, hand_wides_once);
  echoes_free(generated);
  hand_free(by_hand);
  return 0;
}
