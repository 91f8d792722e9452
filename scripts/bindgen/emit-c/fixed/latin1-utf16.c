/** Set in the length of a text that is UTF-16; others are Latin-1. */
#define RT_UTF16_TAG 0x80000000u

/** Copies a checked text into the component: as Latin-1 if all of it fits, else as UTF-16. */
static rt_span rt_lower_text(ns_t *self, ns_string_t text) {
  u8 highest = 0;
  for (size_t i = 0; i < text.length; i++) {
    const u8 byte = (u8)text.data[i];
    highest = byte > highest ? byte : highest;
  }
  const size_t units = rt_utf16_length(text);
  // the lead byte of U+00FF; higher characters have higher ones
  if (highest > 0xc3) {
    const rt_span span = {rt_allocate(self, (u64)units * 2, 2), (u32)units | RT_UTF16_TAG};
    rt_write_utf16(&self->memory->data[span.pointer], text);
    return span;
  }
  const rt_span span = {rt_allocate(self, units, 2), (u32)units};
  u8 *to = &self->memory->data[span.pointer];
  for (size_t at = 0; at < text.length;) *to++ = (u8)rt_decode(text.data, text.length, &at);
  return span;
}

/** Reads a text of the component; a lone surrogate becomes U+FFFD. */
static void rt_lift_text(ns_t *self, u32 pointer, u32 length, ns_string_t *text) {
  if ((length & RT_UTF16_TAG) != 0) {
    rt_read_utf16(self, pointer, length & ~RT_UTF16_TAG, text);
    return;
  }
  rt_inside(self, pointer, length, 2);
  const u8 *bytes = &self->memory->data[pointer];
  size_t size = length;
  for (u32 i = 0; i < length; i++) size += bytes[i] > 0x7f;
  char *data = rt_text_memory(self, size);
  text->data = data;
  text->length = size;
  for (size_t i = 0; i < length; i++) data = rt_encode(data, bytes[i]);
}
