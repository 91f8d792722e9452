/* What the header promises, tried one by one. World `relays`: each call goes through an import. */
#include "relays.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition) check(condition, #condition, __LINE__)

static void check(int holds, const char *what, int line) {
  if (holds) return;
  fprintf(stderr, "line %d: %s does not hold\n", line, what);
  exit(1);
}

/** What a host's functions have to do. */
typedef struct host {
  /** Called from within an import. */
  relays_t *other;
  int32_t status;
  int calls;
  int garbage;
} host;

static int32_t byte(void *user, uint8_t a, uint8_t *result) {
  host *h = user;
  h->calls++;
  *result = a;
  if (h->other != NULL) {
    uint8_t inner = 0;
    const int32_t status = relays_echo_byte(h->other, 7, &inner);
    if (h->status == RELAYS_OK) return status == RELAYS_OK && inner == 7 ? RELAYS_OK : -99;
    return status;
  }
  return h->status;
}

static int32_t text(void *user, relays_string_t a, relays_string_t *result) {
  host *h = user;
  h->calls++;
  char *copy = malloc(a.length + 1);
  if (copy == NULL) return RELAYS_NO_MEMORY;
  if (a.length > 0) memcpy(copy, a.data, a.length);
  if (h->garbage) copy[0] = (char)0xff;
  result->data = copy;
  result->length = a.length;
  if (h->status != RELAYS_OK) relays_string_free(result);
  return h->status;
}

static int32_t either(void *user, const relays_result_of_u64_or_string_t *a, uint64_t *result,
    relays_string_t *error) {
  (void)user;
  if (!a->is_error) {
    *result = a->value.ok;
    return RELAYS_OK;
  }
  const int32_t status = relays_string_copy(error, a->value.error.data);
  return status == RELAYS_OK ? RELAYS_ERR : status;
}

static int32_t nothing(void *user) {
  (void)user;
  return RELAYS_OK;
}

/* Every function of the host is there; those that are called have their own type. */
static relays_imports_t imports_of(host *h) {
  relays_imports_t imports;
  typedef int32_t (*function)(void *user);
  const function stub = nothing;
  for (size_t at = 0; at < sizeof imports.echo; at += sizeof stub) {
    memcpy((char *)&imports.echo + at, &stub, sizeof stub);
  }
  imports.user = h;
  imports.echo.byte = byte;
  imports.echo.text = text;
  imports.echo.either = either;
  imports.echo.nothing = nothing;
  return imports;
}

static relays_t *made(host *h) {
  const relays_imports_t imports = imports_of(h);
  relays_t *self = NULL;
  CHECK(relays_new(&self, &imports) == RELAYS_OK);
  return self;
}

/* What is said of the last failure begins like this. */
static int says(const relays_t *self, const char *what) {
  if (strncmp(relays_error(self), what, strlen(what)) == 0) return 1;
  fprintf(stderr, "it says: %s\n", relays_error(self));
  return 0;
}

static void a_missing_function_is_refused(void) {
  host h = {0};
  relays_imports_t imports = imports_of(&h);
  imports.echo.text = NULL;
  relays_t *self = (relays_t *)&h;
  CHECK(relays_new(&self, &imports) == RELAYS_INVALID);
  CHECK(self == NULL);
  relays_free(NULL);
}

static void texts_cross_by_length(void) {
  host h = {0};
  relays_t *self = made(&h);
  const relays_string_t with_nul = {"a\0\xef\xbb\xbf\xf0\x9f\x98\x80", 9};
  relays_string_t result;
  CHECK(relays_echo_text(self, with_nul, &result) == RELAYS_OK);
  CHECK(result.length == 9 && memcmp(result.data, with_nul.data, 10) == 0);
  relays_string_free(&result);
  CHECK(result.data == NULL && result.length == 0);
  relays_string_free(&result);

  const relays_string_t none = {NULL, 0};
  CHECK(relays_echo_text(self, none, &result) == RELAYS_OK);
  CHECK(result.length == 0 && result.data[0] == '\0');
  relays_string_free(&result);
  relays_free(self);
}

static void wrong_arguments_are_refused(void) {
  host h = {0};
  relays_t *self = made(&h);
  relays_string_t result;
  static const char *const bad[] = {"\x80", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "ab\xe2\x82",
      "\xf5\x80\x80\x80", "\xe0\x80\x80", "12345678\xff"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    CHECK(relays_echo_text(self, relays_string(bad[i]), &result) == RELAYS_INVALID);
    CHECK(says(self, "a: no UTF-8 at byte "));
  }
  const relays_string_t missing = {NULL, 3};
  CHECK(relays_echo_text(self, missing, &result) == RELAYS_INVALID);
  CHECK(says(self, "a: NULL with a length of 3"));

  const size_t too_long = 1048577;
  char *data = malloc(too_long);
  CHECK(data != NULL);
  memset(data, 'x', too_long);
  const relays_string_t long_text = {data, too_long};
  CHECK(relays_echo_text(self, long_text, &result) == RELAYS_INVALID);
  CHECK(says(self, "a: 1048577 UTF-16 code units, at most 1048576 fit"));
  const relays_string_t longest = {data, too_long - 1};
  CHECK(relays_echo_text(self, longest, &result) == RELAYS_OK);
  CHECK(result.length == too_long - 1);
  relays_string_free(&result);
  free(data);

  uint32_t character;
  CHECK(relays_echo_character(self, 0xd800, &character) == RELAYS_INVALID);
  CHECK(says(self, "a: 0xd800 is no character"));
  relays_color_t color;
  CHECK(relays_echo_a_color(self, (relays_color_t)3, &color) == RELAYS_INVALID);
  CHECK(says(self, "a: 3 is none of the 3 cases"));
  relays_few_t few;
  CHECK(relays_echo_a_few(self, 8, &few) == RELAYS_INVALID);
  CHECK(says(self, "a: 0x8 has bits without a flag"));

  const relays_string_t texts[] = {relays_string("a"), relays_string("\xff")};
  const relays_string_list_t list = {texts, 2};
  relays_string_list_t lists;
  CHECK(relays_echo_texts(self, list, &lists) == RELAYS_INVALID);
  CHECK(says(self, "a[1]: no UTF-8 at byte 0"));
  const relays_string_list_t huge = {texts, SIZE_MAX};
  CHECK(relays_echo_texts(self, huge, &lists) == RELAYS_INVALID);
  CHECK(says(self, "a: a list of 18446744073709551615 elements, at most 33554432 fit"));
  relays_mixed_t mixed = {.tag = RELAYS_MIXED_POINT, .value.point = {.color = (relays_color_t)9}};
  relays_mixed_t mixed_result;
  CHECK(relays_echo_a_mixed(self, &mixed, &mixed_result) == RELAYS_INVALID);
  CHECK(says(self, "a.value.point.color: 9 is none of the 3 cases"));
  CHECK(h.calls == 1);
  relays_free(self);
}

static void a_result_is_the_status(void) {
  host h = {0};
  relays_t *self = made(&h);
  uint64_t result;
  relays_string_t error;
  const relays_result_of_u64_or_string_t ok = {.value.ok = 5};
  CHECK(relays_echo_either(self, &ok, &result, &error) == RELAYS_OK);
  CHECK(result == 5 && error.data == NULL);
  const relays_result_of_u64_or_string_t no = {.is_error = true, .value.error = relays_string("no")};
  CHECK(relays_echo_either(self, &no, &result, &error) == RELAYS_ERR);
  CHECK(strcmp(error.data, "no") == 0);
  relays_string_free(&error);
  relays_free(self);
}

static void a_function_that_fails_ends_the_instance(void) {
  host h = {.status = -7};
  relays_t *self = made(&h);
  relays_string_t result;
  CHECK(relays_echo_text(self, relays_string("a"), &result) == RELAYS_TRAPPED);
  CHECK(result.data == NULL);
  CHECK(says(self, "the component trapped: test:echo/echo@1.2.3#text failed with status -7"));
  h.status = RELAYS_OK;
  for (int i = 0; i < 2; i++) {
    CHECK(relays_echo_text(self, relays_string("a"), &result) == RELAYS_TRAPPED);
    CHECK(says(self, "in an earlier call: the component trapped: test:echo/echo"));
  }
  CHECK(h.calls == 1);
  relays_free(self);
}

static void what_a_function_returns_is_checked_and_freed(void) {
  host h = {.garbage = 1};
  relays_t *self = made(&h);
  relays_string_t result;
  CHECK(relays_echo_text(self, relays_string("a"), &result) == RELAYS_TRAPPED);
  CHECK(says(self, "the component trapped: test:echo/echo@1.2.3#text: returned: no UTF-8 at byte 0"));
  relays_free(self);
}

static void a_waiting_instance_is_not_entered(void) {
  host h = {0};
  relays_t *self = made(&h);
  h.other = self;
  h.status = RELAYS_REENTERED;
  uint8_t result;
  CHECK(relays_echo_byte(self, 5, &result) == RELAYS_TRAPPED);
  CHECK(says(self, "the component trapped: test:echo/echo@1.2.3#byte failed with status -4"));
  relays_free(self);
}

/* A call of one instance within a call of another: each has its own place to jump to. */
static void instances_share_nothing(void) {
  host inner = {0};
  host outer = {0};
  relays_t *one = made(&outer);
  relays_t *two = made(&inner);
  outer.other = two;
  uint8_t result;
  CHECK(relays_echo_byte(one, 5, &result) == RELAYS_OK && result == 5);

  // the inner one traps, which is the outer one's to judge
  inner.status = -7;
  outer.status = RELAYS_TRAPPED;
  CHECK(relays_echo_byte(one, 5, &result) == RELAYS_TRAPPED);
  CHECK(says(two, "the component trapped: test:echo/echo@1.2.3#byte failed with status -7"));
  CHECK(says(one, "the component trapped: test:echo/echo@1.2.3#byte failed with status -1"));
  relays_free(two);
  relays_free(one);

  // the outer one traps after the inner one has returned
  host last = {0};
  relays_t *three = made(&last);
  host failing = {.other = three, .status = RELAYS_OK};
  relays_t *four = made(&failing);
  CHECK(relays_echo_byte(four, 5, &result) == RELAYS_OK);
  relays_string_t text_result;
  failing.status = -8;
  CHECK(relays_echo_text(four, relays_string("a"), &text_result) == RELAYS_TRAPPED);
  CHECK(relays_echo_byte(three, 6, &result) == RELAYS_OK && result == 6);
  relays_free(four);
  relays_free(three);
}

int main(void) {
  a_missing_function_is_refused();
  texts_cross_by_length();
  wrong_arguments_are_refused();
  a_result_is_the_status();
  a_function_that_fails_ends_the_instance();
  what_a_function_returns_is_checked_and_freed();
  a_waiting_instance_is_not_entered();
  instances_share_nothing();
  puts("all hold");
  return 0;
}
