ns_string_t ns_string(const char *text) {
  const ns_string_t borrowed = {text, strlen(text)};
  return borrowed;
}

int32_t ns_string_copy(ns_string_t *copy, const char *text) {
  const size_t length = strlen(text);
  char *data = malloc(length + 1);
  copy->data = data;
  copy->length = 0;
  if (data == NULL) return NS_NO_MEMORY;
  memcpy(data, text, length + 1);
  copy->length = length;
  return NS_OK;
}

void ns_string_free(ns_string_t *text) {
  free((void *)text->data);
  text->data = NULL;
  text->length = 0;
}

const char *ns_error(const ns_t *self) {
  return self->state.message;
}
