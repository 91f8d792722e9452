/* Three functions of the echo world by hand: 0 where all is well. */
#include "echoes.h"

typedef struct hand hand;

hand *hand_new(void);
void hand_free(hand *h);
int hand_byte(hand *h, uint8_t a, uint8_t *result);
int hand_text(hand *h, echoes_string_t a, echoes_string_t *result);
int hand_wides(hand *h, echoes_wide_list_t a, echoes_wide_list_t *result);
