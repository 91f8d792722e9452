package PACKAGE;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import run.endive.runtime.ExportFunction;

/**
 * The handles that the component holds: of its own objects, which are numbers only it understands,
 * and of the host's. Its rules are those of the canonical ABI.
 */
final class HandleTable {
  private static final int MOST = 1 << 28;

  private final ComponentInstance guest;
  private final Map<Class<?>, String> destructorNames = new HashMap<>();
  private final Map<Class<?>, ExportFunction> destructors = new HashMap<>();

  /** The first is never used: 0 is no handle. */
  private Entry[] entries = new Entry[8];

  private int used = 1;
  private final List<Integer> free = new ArrayList<>();

  /** Handles of host objects that are lent to the component and not dropped yet. */
  private int borrows;

  /** Handles that the component lends to an import. */
  private final List<Entry> lent = new ArrayList<>();

  /** Objects that the host sees while the component lends them to an import. */
  private final List<ComponentObject> seen = new ArrayList<>();

  /** Objects that this call lends or passes on. */
  private final List<ComponentObject> touched = new ArrayList<>();

  HandleTable(ComponentInstance guest) {
    this.guest = guest;
  }

  private static final class Entry {
    final Class<?> type;
    final Object object;
    final boolean owned;
    int lends;

    Entry(Class<?> type, Object object, boolean owned) {
      this.type = type;
      this.object = object;
      this.owned = owned;
    }
  }

  /** Provides what the component needs for its own resource. */
  void provideOwn(Class<?> type, String module, String name, String destructor) {
    destructorNames.put(type, destructor);
    guest.provide(
        module,
        "[resource-new]" + name,
        "i(i)",
        flat -> new long[] {add(type, (int) flat[0], true)});
    guest.provide(
        module,
        "[resource-rep]" + name,
        "i(i)",
        flat -> new long[] {(Integer) entry(type, (int) flat[0]).object});
    guest.provide(
        module,
        "[resource-drop]" + name,
        "v(i)",
        flat -> {
          Entry entry = drop(type, (int) flat[0]);
          if (entry.owned) {
            destroy(type, (Integer) entry.object);
          }
          return null;
        });
  }

  /** Provides what the component needs for a resource of the host. */
  void provideHosts(Class<? extends AutoCloseable> type, String module, String name) {
    guest.provide(
        module,
        "[resource-drop]" + name,
        "v(i)",
        flat -> {
          Entry entry = drop(type, (int) flat[0]);
          if (entry.owned) {
            close(type.cast(entry.object));
          }
          return null;
        });
  }

  private void close(AutoCloseable object) {
    guest.pause();
    try {
      object.close();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e.getMessage(), e);
    } finally {
      guest.resume();
    }
  }

  /** Ends an object of the component. */
  void destroy(Class<?> type, int representation) {
    ExportFunction destructor = destructors.get(type);
    if (destructor == null) {
      destructor = guest.destructor(destructorNames.get(type));
      destructors.put(type, destructor);
    }
    destructor.apply(representation);
  }

  // Lowering: a handle for the component.

  int add(Class<?> type, Object object, boolean owned) {
    if (used == MOST && free.isEmpty()) {
      throw new TrapException("the component holds too many handles");
    }
    int handle = free.isEmpty() ? used++ : free.remove(free.size() - 1);
    if (handle == entries.length) {
      entries = Arrays.copyOf(entries, 2 * handle);
    }
    entries[handle] = new Entry(type, object, owned);
    return handle;
  }

  /** A host object that is the component's from now on. */
  <T> int lowerOwn(Class<T> type, T object) {
    return add(type, object, true);
  }

  /** A host object that the component has to drop before the call returns. */
  <T> int lowerBorrow(Class<T> type, T object) {
    borrows++;
    return add(type, object, false);
  }

  // Lifting: a handle of the component.

  /** A host object that the component gives back, or passes on. */
  <T> T takeOwn(Class<T> type, int handle) {
    return type.cast(take(type, handle));
  }

  /** A host object that the component lends until the import returns. */
  <T> T borrow(Class<T> type, int handle) {
    return type.cast(lend(type, handle));
  }

  /** An object of the component that is the host's from now on. */
  ComponentObject liftOwn(Class<?> type, int handle) {
    return new ComponentObject(guest, type, (Integer) take(type, handle), true);
  }

  /** An object of the component that the host may use until the import returns. */
  ComponentObject liftBorrow(Class<?> type, int handle) {
    ComponentObject object = new ComponentObject(guest, type, (Integer) lend(type, handle), false);
    seen.add(object);
    return object;
  }

  private Object take(Class<?> type, int handle) {
    Entry entry = entry(type, handle);
    if (!entry.owned) {
      throw bad(handle, "is lent, not owned");
    }
    return remove(handle, entry).object;
  }

  private Object lend(Class<?> type, int handle) {
    Entry entry = entry(type, handle);
    entry.lends++;
    lent.add(entry);
    return entry.object;
  }

  private Entry drop(Class<?> type, int handle) {
    Entry entry = remove(handle, entry(type, handle));
    if (!entry.owned) {
      borrows--;
    }
    return entry;
  }

  private Entry entry(Class<?> type, int handle) {
    Entry entry = handle > 0 && handle < used ? entries[handle] : null;
    if (entry == null) {
      throw bad(handle, "does not exist");
    }
    if (entry.type != type) {
      throw bad(handle, "is no " + type.getSimpleName());
    }
    return entry;
  }

  private Entry remove(int handle, Entry entry) {
    if (entry.lends > 0) {
      throw bad(handle, "is lent to an import");
    }
    entries[handle] = null;
    free.add(handle);
    return entry;
  }

  private static TrapException bad(int handle, String problem) {
    return new TrapException(
        "the component gave a bad handle: " + Integer.toUnsignedString(handle) + " " + problem);
  }

  // The times of a call.

  void touch(ComponentObject object) {
    touched.add(object);
  }

  /** Before the component's result is passed on: it must have dropped what was lent to it. */
  void checkBorrows() {
    if (borrows > 0) {
      throw new TrapException("the component kept " + borrows + " borrowed handles");
    }
  }

  /** After a call that lends or passes on objects; before it too, for one that was refused. */
  void release() {
    if (!touched.isEmpty()) {
      touched.forEach(ComponentObject::untouch);
      touched.clear();
    }
  }

  void endLends() {
    if (!lent.isEmpty()) {
      lent.forEach(entry -> entry.lends--);
      lent.clear();
      seen.forEach(ComponentObject::end);
      seen.clear();
    }
  }
}
