/** Copies a checked text into the component. */
static rt_span rt_lower_text(ns_t *self, ns_string_t text) {
  const rt_span span = {rt_allocate(self, text.length, 1), (u32)text.length};
  if (text.length > 0) memcpy(&self->memory->data[span.pointer], text.data, text.length);
  return span;
}

/** Reads a text of the component, which must be UTF-8. */
static void rt_lift_text(ns_t *self, u32 pointer, u32 length, ns_string_t *text) {
  rt_inside(self, pointer, length, 1);
  const char *bytes = (const char *)&self->memory->data[pointer];
  for (size_t at = rt_ascii(bytes, length); at < length;) {
    const size_t start = at;
    if (rt_decode(bytes, length, &at) == RT_BAD_UTF8) {
      RT_TRAP(self, "the component gave a text that is no UTF-8 at byte %zu", start);
    }
  }
  char *data = rt_text_memory(self, length);
  text->data = data;
  text->length = length;
  memcpy(data, bytes, length);
}
