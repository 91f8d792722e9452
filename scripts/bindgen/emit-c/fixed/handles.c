/** A new entry; 0 where memory runs out. */
static u32 rt_add(rt_table *table, rt_kind kind, u32 type, uintptr_t representation) {
  if (table->free == 0) {
    const u32 length = table->length == 0 ? 8 : table->length * 2;
    rt_entry *entries = realloc(table->entries, length * sizeof *entries);
    if (entries == NULL) return 0;
    memset(entries + table->length, 0, (length - table->length) * sizeof *entries);
    for (u32 i = length - 1; i > 0 && i >= table->length; i--) {
      entries[i].next = table->free;
      table->free = i;
    }
    table->entries = entries;
    table->length = length;
  }
  const u32 index = table->free;
  rt_entry *entry = &table->entries[index];
  table->free = entry->next;
  entry->kind = kind;
  entry->type = type;
  entry->next = 0;
  entry->lends = 0;
  entry->claimed = 0;
  entry->shown = 0;
  entry->representation = representation;
  return index;
}

static void rt_remove(rt_table *table, u32 index) {
  rt_entry *entry = &table->entries[index];
  entry->kind = RT_FREE;
  entry->generation++;
  entry->next = table->free;
  table->free = index;
}

/** A new entry in a call; the call ends where memory runs out. */
static u32 rt_put(ns_t *self, rt_table *table, rt_kind kind, u32 type, uintptr_t of) {
  const u32 index = rt_add(table, kind, type, of);
  if (index == 0) rt_exhausted(self);
  return index;
}

/** Notes that an entry is lent or, in the host's table, stands there for the time of a call. */
static void rt_lend(ns_t *self, rt_table *table, u32 index) {
  rt_handles *handles = &self->handles;
  if (handles->loan_count == handles->loan_room) {
    const size_t room = handles->loan_room == 0 ? 8 : handles->loan_room * 2;
    rt_loan *loans = realloc(handles->loans, room * sizeof *loans);
    if (loans == NULL) rt_exhausted(self);
    handles->loans = loans;
    handles->loan_room = room;
  }
  const rt_loan loan = {table, index};
  handles->loans[handles->loan_count++] = loan;
  table->entries[index].lends++;
}

/** Ends all loans but the first `kept`. */
static void rt_end_loans(ns_t *self, size_t kept) {
  rt_handles *handles = &self->handles;
  while (handles->loan_count > kept) {
    const rt_loan loan = handles->loans[--handles->loan_count];
    rt_entry *entry = &loan.table->entries[loan.index];
    entry->lends--;
    if (loan.table == &handles->host && entry->kind == RT_BORROW) {
      rt_remove(loan.table, loan.index);
    }
  }
}

/** The component's entry of an index that it gave, of this resource. */
static rt_entry *rt_entry_of(ns_t *self, u32 type, u32 index) {
  rt_table *table = &self->handles.component;
  rt_entry *entry = index < table->length ? &table->entries[index] : NULL;
  if (entry == NULL || entry->kind == RT_FREE || entry->kind == RT_MOVING) {
    RT_TRAP(self, "the component gave a handle that does not exist: %" PRIu32, index);
  }
  if (entry->type != type) {
    RT_TRAP(self, "the component gave a handle of another resource: %" PRIu32, index);
  }
  return entry;
}

/** Takes an object from the component, which owns it; what it is to whoever made it. */
static uintptr_t rt_take(ns_t *self, u32 type, u32 index) {
  rt_entry *entry = rt_entry_of(self, type, index);
  if (entry->kind != RT_OWN || entry->lends > 0) {
    RT_TRAP(self, "the component gave away a handle that is %s: %" PRIu32,
        entry->lends > 0 ? "lent" : "borrowed", index);
  }
  entry->kind = RT_MOVING;
  entry->next = self->handles.moving;
  self->handles.moving = index;
  return entry->representation;
}

/** Now that all values have turned out to be right, what was taken is gone. */
static void rt_moved(ns_t *self) {
  rt_handles *handles = &self->handles;
  while (handles->moving != 0) {
    const u32 index = handles->moving;
    handles->moving = handles->component.entries[index].next;
    rt_remove(&handles->component, index);
  }
}

/** Borrows an object from the component for as long as the host's function runs. */
static uintptr_t rt_borrow(ns_t *self, u32 type, u32 index) {
  const uintptr_t representation = rt_entry_of(self, type, index)->representation;
  rt_lend(self, &self->handles.component, index);
  return representation;
}

/** Gives the component an object; the handle is its own. */
static u32 rt_give(ns_t *self, u32 type, uintptr_t representation) {
  return rt_put(self, &self->handles.component, RT_OWN, type, representation);
}

/** Lends the component an object, which it must drop before the call ends. */
static u32 rt_give_borrow(ns_t *self, u32 type, uintptr_t representation) {
  self->handles.borrows++;
  return rt_put(self, &self->handles.component, RT_BORROW, type, representation);
}

static void rt_no_borrows(ns_t *self) {
  if (self->handles.borrows > 0) {
    RT_TRAP(self, "the component kept %" PRIu32 " of the handles that it was lent",
        self->handles.borrows);
  }
}

/** An entry for the host, which owns the object from now on. */
static u32 rt_hand(ns_t *self, u32 type, uintptr_t representation) {
  return rt_put(self, &self->handles.host, RT_OWN, type, representation);
}

/** An entry for the host, which ends with its function. */
static u32 rt_hand_borrow(ns_t *self, u32 type, uintptr_t representation) {
  const u32 index = rt_put(self, &self->handles.host, RT_BORROW, type, representation);
  rt_lend(self, &self->handles.host, index);
  return index;
}

/** Tells this use of a place in the host's table from earlier ones. */
static u32 rt_generation(ns_t *self, u32 index) {
  return self->handles.host.entries[index].generation;
}

/** Begins to check arguments that hold handles. */
static void rt_begin_claims(ns_t *self) {
  self->handles.calls++;
}

/** Whether the host's handle cannot be passed as an `own` (taken) or `borrow`. */
static bool rt_check_handle(ns_t *self, u32 type, u32 index, u32 generation, bool taken) {
  rt_table *table = &self->handles.host;
  rt_entry *entry = index < table->length ? &table->entries[index] : NULL;
  if (entry == NULL || entry->kind == RT_FREE || entry->generation != generation ||
      entry->type != type) {
    return RT_FAULT(self, "the object has ended, was passed on or never was");
  }
  const u64 call = self->handles.calls;
  if (entry->claimed == call) return RT_FAULT(self, "the object is passed on and used again");
  if (!taken) {
    entry->shown = call;
    return false;
  }
  if (entry->shown == call) return RT_FAULT(self, "the object is lent and passed on");
  if (entry->kind != RT_OWN || entry->lends > 0) return RT_FAULT(self, "the object is borrowed");
  entry->claimed = call;
  return false;
}

/** Ends the host's handle, which was checked, and gives what it stood for. */
static uintptr_t rt_claim(ns_t *self, u32 index) {
  rt_table *table = &self->handles.host;
  rt_remove(table, index);
  return table->entries[index].representation;
}

/** Lends the component its own object, of which it gets the number itself. */
static u32 rt_show(ns_t *self, u32 index) {
  rt_lend(self, &self->handles.host, index);
  return (u32)self->handles.host.entries[index].representation;
}

/** Ends a handle of the component; true where the object ends with it. */
static bool rt_drop(ns_t *self, u32 type, u32 index, uintptr_t *representation) {
  rt_entry *entry = rt_entry_of(self, type, index);
  if (entry->lends > 0) {
    RT_TRAP(self, "the component dropped a handle that is lent: %" PRIu32, index);
  }
  const bool owned = entry->kind == RT_OWN;
  if (!owned) self->handles.borrows--;
  *representation = entry->representation;
  rt_remove(&self->handles.component, index);
  return owned;
}

static void rt_free_handles(rt_handles *handles) {
  free(handles->component.entries);
  free(handles->host.entries);
  free(handles->loans);
}
