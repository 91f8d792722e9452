/*
 * The shop from C. To generate, translate, build and run it, where shop.core.wasm is the shop's
 * core module, and $W the folder of wasm2c's runtime (wasm-rt.h), of the same version:
 *
 *   npx hams-bindgen --wit shop.wit --world shop --target c --out .
 *   wasm2c shop.core.wasm -n shop_core -o shop_core.c
 *   cc -O2 -DWASM_RT_USE_MMAP=0 -I. -I$W main.c shop.c shop_core.c $W/wasm-rt-*impl.c -lm -lpthread
 *   ./a.out
 */
#include "shop.h"

#include <inttypes.h>
#include <stdio.h>

/* The host's half: what the shop sells is written to standard output. */
static int32_t note(void *user, shop_string_t customer, const shop_entry_t *entry) {
  fprintf(user, "noted: %.*s bought %" PRIu32 " %.*s for %" PRIu64 " cents\n", (int)customer.length,
      customer.data, entry->count, (int)entry->item.length, entry->item.data, entry->price);
  return SHOP_OK;
}

static void add(shop_t *shop, shop_basket_t basket, const char *item, uint32_t count, int quiet) {
  uint32_t left;
  shop_refusal_t refusal;
  const int32_t status = shop_basket_add(shop, basket, shop_string(item), count, &left, &refusal);
  if (status == SHOP_OK && !quiet) {
    printf("%" PRIu32 " %s are in the basket, %" PRIu32 " are left\n", count, item, left);
  } else if (status == SHOP_ERR) {
    if (refusal.tag == SHOP_REFUSAL_TOO_FEW) {
      printf("refused: only %" PRIu32 " are left\n", refusal.value.too_few);
    } else {
      printf("refused: there is no %s\n", refusal.value.unknown_item.data);
    }
    shop_refusal_free(&refusal);
  }
}

int main(void) {
  const shop_imports_t imports = {.user = stdout, .ledger = {.note = note}};
  shop_t *shop;
  if (shop_new(&shop, &imports) != SHOP_OK) return 1;

  shop_basket_t basket;
  uint64_t total;
  shop_entry_list_t sold;
  int32_t status = shop_basket_new(shop, shop_string("Ada"), &basket);
  if (status == SHOP_OK) {
    add(shop, basket, "tea", 2, 0);
    add(shop, basket, "cofee", 1, 0);
    add(shop, basket, "tea", 9, 0);
    add(shop, basket, "jam", 1, 1);
    status = shop_basket_total(shop, basket, &total);
  }
  if (status == SHOP_OK) {
    printf("the basket costs %" PRIu64 " cents\n", total);
    status = shop_counter_check_out(shop, basket, &sold);
  }
  if (status == SHOP_OK) {
    printf("sold %zu items\n", sold.length);
    shop_entry_list_free(&sold);
  } else {
    fprintf(stderr, "the shop failed: %s\n", shop_error(shop));
  }
  shop_free(shop);
  return status == SHOP_OK ? 0 : 1;
}
