static void js_exhausted(void) {
  fputs("out of memory\n", stderr);
  exit(3);
}

static void *js_memory(size_t size) {
  void *memory = calloc(1, size == 0 ? 1 : size);
  if (memory == NULL) js_exhausted();
  return memory;
}

/** Says that a value is not what fits; true, as all that follows when values are read. */
static bool js_not(js_t *s, const char *fits, const json_t *value) {
  char *text = value == NULL ? NULL : json_dumps(value, JSON_ENCODE_ANY);
  snprintf(s->fault, sizeof s->fault, ": %.200s is not %s", text == NULL ? "nothing" : text, fits);
  free(text);
  return true;
}

/** Puts a step of the path before what is wrong; true. */
static bool js_at(js_t *s, const char *step) {
  char head[128];
  snprintf(head, sizeof head, "%s", step);
  const size_t length = strlen(head);
  memmove(s->fault + length, s->fault, sizeof s->fault - 1 - length);
  memcpy(s->fault, head, length);
  return true;
}

static bool js_at_index(js_t *s, size_t index) {
  char step[32];
  snprintf(step, sizeof step, "[%zu]", index);
  return js_at(s, step);
}

static bool js_read_bool(js_t *s, const json_t *json, bool *v) {
  if (!json_is_boolean(json)) return js_not(s, "a boolean", json);
  *v = json_is_true(json);
  return false;
}

/** A number without a fraction in a range. */
static bool js_read_integer(js_t *s, const json_t *json, double least, double most, double *v) {
  *v = json_number_value(json);
  if (json_is_number(json) && *v >= least && *v <= most && *v == floor(*v)) return false;
  char fits[64];
  snprintf(fits, sizeof fits, "an integer from %.0f to %.0f", least, most);
  return js_not(s, fits, json);
}

static bool js_read_u8(js_t *s, const json_t *json, uint8_t *v) {
  double number = 0;
  const bool fault = js_read_integer(s, json, 0, UINT8_MAX, &number);
  *v = fault ? 0 : (uint8_t)number;
  return fault;
}

static bool js_read_s8(js_t *s, const json_t *json, int8_t *v) {
  double number = 0;
  const bool fault = js_read_integer(s, json, INT8_MIN, INT8_MAX, &number);
  *v = fault ? 0 : (int8_t)number;
  return fault;
}

static bool js_read_u16(js_t *s, const json_t *json, uint16_t *v) {
  double number = 0;
  const bool fault = js_read_integer(s, json, 0, UINT16_MAX, &number);
  *v = fault ? 0 : (uint16_t)number;
  return fault;
}

static bool js_read_s16(js_t *s, const json_t *json, int16_t *v) {
  double number = 0;
  const bool fault = js_read_integer(s, json, INT16_MIN, INT16_MAX, &number);
  *v = fault ? 0 : (int16_t)number;
  return fault;
}

static bool js_read_u32(js_t *s, const json_t *json, uint32_t *v) {
  double number = 0;
  const bool fault = js_read_integer(s, json, 0, UINT32_MAX, &number);
  *v = fault ? 0 : (uint32_t)number;
  return fault;
}

static bool js_read_s32(js_t *s, const json_t *json, int32_t *v) {
  double number = 0;
  const bool fault = js_read_integer(s, json, INT32_MIN, INT32_MAX, &number);
  *v = fault ? 0 : (int32_t)number;
  return fault;
}

/** The greatest integer of which a double has all neighbours too. */
#define JS_SAFE 9007199254740991

static bool js_is_decimal(const json_t *json, bool with_sign) {
  const char *text = json_string_value(json);
  if (text == NULL) return false;
  if (with_sign && *text == '-') text++;
  return *text != '\0' && text[strspn(text, "0123456789")] == '\0';
}

static bool js_read_u64(js_t *s, const json_t *json, uint64_t *v) {
  const char *fits = "an integer from 0 to 2^64-1";
  if (json_is_string(json)) {
    errno = 0;
    *v = js_is_decimal(json, false) ? strtoull(json_string_value(json), NULL, 10) : 0;
    return !js_is_decimal(json, false) || errno != 0 ? js_not(s, fits, json) : false;
  }
  double number = 0;
  if (js_read_integer(s, json, 0, JS_SAFE, &number)) return js_not(s, fits, json);
  *v = (uint64_t)number;
  return false;
}

static bool js_read_s64(js_t *s, const json_t *json, int64_t *v) {
  const char *fits = "an integer from -2^63 to 2^63-1";
  if (json_is_string(json)) {
    errno = 0;
    *v = js_is_decimal(json, true) ? strtoll(json_string_value(json), NULL, 10) : 0;
    return !js_is_decimal(json, true) || errno != 0 ? js_not(s, fits, json) : false;
  }
  double number = 0;
  if (js_read_integer(s, json, -(double)JS_SAFE, JS_SAFE, &number)) return js_not(s, fits, json);
  *v = (int64_t)number;
  return false;
}

static bool js_read_f64(js_t *s, const json_t *json, double *v) {
  static const struct {
    const char *text;
    double value;
  } named[] = {{"NaN", NAN}, {"Infinity", INFINITY}, {"-Infinity", -INFINITY}, {"-0", -0.0}};
  const char *text = json_string_value(json);
  for (size_t i = 0; text != NULL && i < sizeof named / sizeof *named; i++) {
    if (strcmp(text, named[i].text) != 0) continue;
    *v = named[i].value;
    return false;
  }
  if (!json_is_number(json)) return js_not(s, "a number", json);
  *v = json_number_value(json);
  return false;
}

static bool js_read_f32(js_t *s, const json_t *json, float *v) {
  double wide = 0;
  const bool fault = js_read_f64(s, json, &wide);
  *v = (float)wide;
  return fault;
}

static bool js_read_string(js_t *s, const json_t *json, ns_string_t *v) {
  if (!json_is_string(json)) return js_not(s, "a text", json);
  const size_t length = json_string_length(json);
  char *data = js_memory(length + 1);
  memcpy(data, json_string_value(json), length);
  v->data = data;
  v->length = length;
  return false;
}

static bool js_read_char(js_t *s, const json_t *json, uint32_t *v) {
  static const uint8_t lead[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
  const uint8_t *text = (const uint8_t *)json_string_value(json);
  const size_t length = json_string_length(json);
  if (text == NULL || length == 0 || length > 4) return js_not(s, "one character", json);
  const size_t size = 1 + (text[0] >= 0xc0) + (text[0] >= 0xe0) + (text[0] >= 0xf0);
  if (size != length) return js_not(s, "one character", json);
  *v = text[0] & lead[length];
  for (size_t i = 1; i < length; i++) *v = (*v << 6) | (text[i] & 0x3f);
  return false;
}

static const char js_base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Text stands for its UTF-8; other bytes are `{"base64": …}`. */
static bool js_read_bytes(js_t *s, const json_t *json, const uint8_t **items, size_t *length) {
  const bool coded = json_is_object(json) && json_object_size(json) == 1;
  const json_t *text = coded ? json_object_get(json, "base64") : json;
  if (!json_is_string(text)) return js_not(s, "a text or base64", json);
  const char *from = json_string_value(text);
  const size_t size = json_string_length(text);
  uint8_t *bytes = js_memory(size);
  *items = bytes;
  if (!coded) {
    memcpy(bytes, from, size);
    *length = size;
    return false;
  }
  uint32_t bits = 0;
  int count = 0;
  for (size_t i = 0; i < size && from[i] != '='; i++) {
    const char *digit = strchr(js_base64, from[i]);
    if (digit == NULL || from[i] == '\0') return js_not(s, "base64", json);
    bits = (bits << 6) | (uint32_t)(digit - js_base64);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes[(*length)++] = (uint8_t)(bits >> count);
  }
  return false;
}

/** The place of a label among others. */
static bool js_read_label(js_t *s, const json_t *json, const char *const *labels, size_t count,
    size_t *at) {
  const char *text = json_string_value(json);
  for (*at = 0; text != NULL && *at < count; ++*at) {
    if (strcmp(text, labels[*at]) == 0) return false;
  }
  return js_not(s, "a label that fits", json);
}

static bool js_read_flags(js_t *s, const json_t *json, const char *const *labels, size_t count,
    uint32_t *v) {
  if (!json_is_array(json)) return js_not(s, "a list of flags", json);
  for (size_t i = 0; i < json_array_size(json); i++) {
    size_t at = 0;
    if (js_read_label(s, json_array_get(json, i), labels, count, &at)) return js_at_index(s, i);
    *v |= UINT32_C(1) << at;
  }
  return false;
}

/** A case, by its place, and its payload: JSON null where there is none. */
static bool js_read_case(js_t *s, json_t *json, const char *const *labels, size_t count,
    size_t *at, json_t **payload) {
  *payload = NULL;
  if (!json_is_object(json)) return js_read_label(s, json, labels, count, at);
  void *only = json_object_iter(json);
  if (json_object_size(json) != 1) return js_not(s, "one case", json);
  *payload = json_object_iter_value(only);
  for (*at = 0; *at < count; ++*at) {
    if (strcmp(json_object_iter_key(only), labels[*at]) == 0) return false;
  }
  return js_not(s, "a case that fits", json);
}

/** A case with a payload has one, and one without has none. */
static bool js_check_payload(js_t *s, const json_t *json, const json_t *payload, bool wanted) {
  if ((payload != NULL) == wanted) return false;
  return js_not(s, wanted ? "a case with its payload" : "a case without a payload", json);
}

/** All members of a record and no others, but for those that may be left out. */
static bool js_check_record(js_t *s, json_t *json, const char *const *keys, size_t count) {
  if (!json_is_object(json)) return js_not(s, "an object", json);
  for (void *at = json_object_iter(json); at != NULL; at = json_object_iter_next(json, at)) {
    const char *key = json_object_iter_key(at);
    bool known = false;
    for (size_t i = 0; i < count; i++) known = known || strcmp(key, keys[i]) == 0;
    if (known) continue;
    snprintf(s->fault, sizeof s->fault, ": there is no member %.200s", key);
    return true;
  }
  return false;
}

static bool js_check_list(js_t *s, const json_t *json) {
  return json_is_array(json) ? false : js_not(s, "a list", json);
}

static bool js_check_tuple(js_t *s, const json_t *json, size_t count) {
  if (json_is_array(json) && json_array_size(json) == count) return false;
  return js_not(s, "a list of the right length", json);
}

/** The pointer that stands for an object of the other side: its id. */
static bool js_read_id(js_t *s, const json_t *json, uintptr_t *v) {
  uint32_t id = 0;
  const bool fault = js_read_u32(s, json, &id);
  *v = id;
  return fault;
}

/** A handle by its id; one that has ended is the glue's to refuse. */
static bool js_read_handle(js_t *s, const json_t *json, uint32_t *index, uint32_t *generation) {
  uint32_t id = 0;
  if (js_read_u32(s, json, &id)) return true;
  if (id == 0 || id > s->count) return js_not(s, "an object", json);
  *index = s->objects[id - 1].index;
  *generation = s->objects[id - 1].generation;
  return false;
}

static json_t *js_write_id(const void *object) {
  return json_integer((json_int_t)(uintptr_t)object);
}

/** Gives a handle the next id. */
static json_t *js_write_handle(js_t *s, int type, uint32_t index, uint32_t generation) {
  js_object *objects = realloc(s->objects, (s->count + 1) * sizeof *objects);
  if (objects == NULL) js_exhausted();
  s->objects = objects;
  const js_object object = {index, generation, type};
  s->objects[s->count++] = object;
  return json_integer((json_int_t)s->count);
}

static json_t *js_write_u64(uint64_t v) {
  char text[32];
  if (v <= JS_SAFE) return json_integer((json_int_t)v);
  snprintf(text, sizeof text, "%" PRIu64, v);
  return json_string(text);
}

static json_t *js_write_s64(int64_t v) {
  char text[32];
  if (v >= -JS_SAFE && v <= JS_SAFE) return json_integer(v);
  snprintf(text, sizeof text, "%" PRId64, v);
  return json_string(text);
}

static json_t *js_write_f64(double v) {
  if (isnan(v)) return json_string("NaN");
  if (isinf(v)) return json_string(v > 0 ? "Infinity" : "-Infinity");
  return v == 0 && signbit(v) ? json_string("-0") : json_real(v);
}

static json_t *js_write_string(ns_string_t v) {
  return json_stringn(v.length == 0 ? "" : v.data, v.length);
}

static json_t *js_write_char(uint32_t v) {
  const char four[] = {(char)(0xf0 | v >> 18), (char)(0x80 | (v >> 12 & 0x3f)),
      (char)(0x80 | (v >> 6 & 0x3f)), (char)(0x80 | (v & 0x3f))};
  const char three[] = {(char)(0xe0 | v >> 12), four[2], four[3]};
  const char two[] = {(char)(0xc0 | v >> 6), four[3]};
  const char one[] = {(char)v};
  if (v < 0x80) return json_stringn(one, 1);
  if (v < 0x800) return json_stringn(two, 2);
  return v < 0x10000 ? json_stringn(three, 3) : json_stringn(four, 4);
}

static json_t *js_write_bytes(const uint8_t *items, size_t length) {
  // not made of what is no UTF-8
  json_t *text = json_stringn(length == 0 ? "" : (const char *)items, length);
  if (text != NULL) return text;
  char *coded = js_memory(length / 3 * 4 + 5);
  char *to = coded;
  for (size_t i = 0; i < length; i += 3) {
    const uint32_t second = i + 1 < length ? items[i + 1] : 0;
    const uint32_t third = i + 2 < length ? items[i + 2] : 0;
    const uint32_t bits = (uint32_t)items[i] << 16 | second << 8 | third;
    *to++ = js_base64[bits >> 18];
    *to++ = js_base64[bits >> 12 & 0x3f];
    *to++ = i + 1 < length ? js_base64[bits >> 6 & 0x3f] : '=';
    *to++ = i + 2 < length ? js_base64[bits & 0x3f] : '=';
  }
  json_t *json = json_pack("{s:s}", "base64", coded);
  free(coded);
  return json;
}

static json_t *js_write_flags(uint32_t v, const char *const *labels, size_t count) {
  json_t *json = json_array();
  for (size_t i = 0; i < count; i++) {
    if ((v >> i & 1) != 0) json_array_append_new(json, json_string(labels[i]));
  }
  return json;
}

/** `{"name": value}`. */
static json_t *js_write_member(const char *name, json_t *value) {
  json_t *json = json_object();
  json_object_set_new(json, name, value);
  return json;
}

/** Writes a line and lets go of what was written. */
static void js_write_line(json_t *json) {
  if (json_dumpf(json, stdout, JSON_COMPACT) != 0) js_exhausted();
  putchar('\n');
  fflush(stdout);
  json_decref(json);
}

/** The next line; NULL where the input ends. Ends the program at what is no JSON object. */
static json_t *js_read_line(void) {
  char *line = NULL;
  size_t room = 0;
  const ssize_t length = getline(&line, &room, stdin);
  if (length < 0) {
    free(line);
    return NULL;
  }
  json_error_t error;
  json_t *json = json_loadb(line, (size_t)length, JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL, &error);
  free(line);
  if (!json_is_object(json)) {
    fprintf(stderr, "no request: %s\n", json == NULL ? error.text : "no object");
    exit(2);
  }
  return json;
}

static void js_refuse(const char *text) {
  js_write_line(js_write_member("refused", json_string(text)));
}

/** Answers a call that was not made, for what is wrong with its arguments. */
static void js_refuse_fault(js_t *s) {
  js_refuse(s->fault);
}

static bool js_arguments(js_t *s, const json_t *args, size_t count) {
  if (json_is_array(args) && json_array_size(args) == count) return false;
  js_not(s, "as many arguments as there are parameters", args);
  return js_at(s, "args");
}

/** Answers a call by its status; `about` is what it was made with. */
static void js_answer(js_t *s, const json_t *about, int32_t status, json_t *returned) {
  if (status >= 0) {
    js_write_line(js_write_member("returned", returned == NULL ? json_null() : returned));
    return;
  }
  char text[2048];
  const char *error = s->instance == NULL ? "it could not be made" : ns_error(s->instance);
  char *args = json_dumps(about, JSON_ENCODE_ANY);
  const bool refused = status == NS_INVALID || status == NS_REENTERED;
  const char *more = refused ? (args == NULL ? "" : args) : s->thrown;
  snprintf(text, sizeof text, "%s: %.1000s", error, more);
  free(args);
  js_write_line(js_write_member(refused ? "refused" : "trapped", json_string(text)));
}

/** A function of the component, by its name. */
typedef struct js_call {
  const char *name;
  void (*call)(js_t *s, json_t *args);
} js_call;

static void js_dispatch(js_t *s, const js_call *calls, json_t *request) {
  const char *name = json_string_value(json_object_get(request, "call"));
  for (const js_call *each = calls; name != NULL && each->name != NULL; each++) {
    if (strcmp(each->name, name) != 0) continue;
    if (s->instance != NULL) each->call(s, json_object_get(request, "args"));
    if (s->instance == NULL) js_refuse("there is no instance");
    return;
  }
  js_not(s, "a function of the component", json_object_get(request, "call"));
  js_refuse_fault(s);
}

/** Has the other side implement an import: what it returns, or NULL where it throws. */
static json_t *js_import(js_t *s, const js_call *calls, const char *name, json_t *args) {
  json_t *line = js_write_member("import", json_string(name));
  json_object_set_new(line, "args", args);
  js_write_line(line);
  for (json_t *answer = js_read_line(); answer != NULL; answer = js_read_line()) {
    json_t *returned = json_incref(json_object_get(answer, "return"));
    const char *thrown = json_string_value(json_object_get(answer, "throw"));
    const bool nested = json_object_get(answer, "call") != NULL;
    if (thrown != NULL) snprintf(s->thrown, sizeof s->thrown, "%s", thrown);
    if (nested) js_dispatch(s, calls, answer);
    json_decref(answer);
    if (returned != NULL || thrown != NULL) return returned;
    if (!nested) break;
  }
  fputs("an import was not answered\n", stderr);
  exit(2);
}

/** Takes note of what the other side returned and does not fit; the status for that. */
static int32_t js_bad_return(js_t *s) {
  snprintf(s->thrown, sizeof s->thrown, "returned%s", s->fault);
  return NS_INVALID;
}

/** Ends the instance, and with it all ids. */
static void js_end(js_t *s) {
  s->ending = true;
  ns_free(s->instance);
  s->ending = false;
  s->instance = NULL;
  s->count = 0;
  s->thrown[0] = '\0';
}

/** Does what a line asks for; false where it is no request. */
static bool js_request(js_t *s, const js_call *calls, json_t *request) {
  const json_t *dropped = json_object_get(request, "drop");
  s->thrown[0] = '\0';
  if (json_is_true(json_object_get(request, "new"))) {
    js_end(s);
    js_answer(s, request, js_new(s), NULL);
    return true;
  }
  if (dropped != NULL) {
    js_drop(s, dropped);
    return true;
  }
  if (json_object_get(request, "call") == NULL) return false;
  js_dispatch(s, calls, request);
  return true;
}

/** Answers requests until the input ends or has something else. */
static int js_serve(js_t *s, const js_call *calls) {
  bool known = true;
  for (json_t *request = js_read_line(); request != NULL; request = js_read_line()) {
    known = js_request(s, calls, request);
    json_decref(request);
    if (!known) break;
  }
  js_end(s);
  free(s->objects);
  return known ? 0 : 2;
}
