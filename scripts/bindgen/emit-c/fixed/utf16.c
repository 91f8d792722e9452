/** Copies a checked text into the component, as UTF-16. */
static rt_span rt_lower_text(ns_t *self, ns_string_t text) {
  const size_t units = rt_utf16_length(text);
  const rt_span span = {rt_allocate(self, (u64)units * 2, 2), (u32)units};
  rt_write_utf16(&self->memory->data[span.pointer], text);
  return span;
}

/** Reads a text of the component; a lone surrogate becomes U+FFFD. */
static void rt_lift_text(ns_t *self, u32 pointer, u32 length, ns_string_t *text) {
  rt_read_utf16(self, pointer, length, text);
}
