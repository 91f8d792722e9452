package PACKAGE;

import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import run.endive.runtime.ExportFunction;
import run.endive.runtime.HostFunction;
import run.endive.runtime.ImportValues;
import run.endive.runtime.Instance;
import run.endive.runtime.Memory;
import run.endive.wasm.UnlinkableException;
import run.endive.wasm.types.ExportSection;
import run.endive.wasm.types.FunctionType;
import run.endive.wasm.types.ValType;

/**
 * An instance of the core module: its functions and memory, and whether it may be called. Values
 * are read from and written to its memory as the canonical ABI has them; whatever the component
 * gives is checked while it is read.
 */
final class ComponentInstance {
  private static final int PAGE = 65_536;

  final HandleTable handles = new HandleTable(this);
  Memory memory;
  private final ImportValues.Builder imports = ImportValues.builder();
  private final Set<String> exports = new HashSet<>();
  private final Map<Class<?>, Object> parts = new HashMap<>();
  private Instance instance;
  private ExportFunction realloc;
  private boolean entered;
  private boolean mayLeave = true;
  private boolean interrupted;
  private Throwable cause;

  /** A function of the host, over core values. */
  interface ImportedFunction {
    long[] call(long[] flat);
  }

  /** Reads a value from memory. */
  interface Load<T> {
    T load(ComponentInstance guest, int pointer);
  }

  /** Writes a value to memory. */
  interface Store<T> {
    void store(ComponentInstance guest, int pointer, T value);
  }

  // Making it.

  /**
   * Lets the component call the host; to be called before {@link #start}. A signature is a letter
   * for the result and one for each parameter: {@code v} for none, {@code i} and {@code f} for 32
   * bits, {@code I} and {@code F} for 64.
   */
  void provide(String module, String name, String signature, ImportedFunction function) {
    int open = signature.indexOf('(');
    FunctionType type =
        FunctionType.of(
            types(signature.substring(open + 1, signature.length() - 1)),
            types(signature.substring(0, open).replace("v", "")));
    imports.addFunction(
        new HostFunction(
            module, name, type, (from, flat) -> leave(from, module + " " + name, function, flat)));
  }

  void start(Instance.Builder builder) {
    try {
      attach(builder.withImportValues(imports.build()).build());
      if (exports.contains("_initialize")) {
        instance.export("_initialize").apply();
      }
    } catch (UnlinkableException e) {
      throw new IllegalArgumentException("the module is not of this world: " + e.getMessage(), e);
    } catch (RuntimeException | StackOverflowError e) {
      throw dies(e);
    }
  }

  /** A start function may call imports before there is an instance for the host. */
  private void attach(Instance made) {
    if (instance != null) {
      return;
    }
    instance = made;
    memory = made.memory();
    ExportSection section = made.module().exportSection();
    for (int i = 0; i < section.exportCount(); i++) {
      exports.add(section.getExport(i).name());
    }
    if (exports.contains("cabi_realloc")) {
      realloc = made.export("cabi_realloc");
    }
  }

  /** An export of this core signature. */
  ExportFunction function(String name, String signature) {
    if (!exports.contains(name)) {
      throw new IllegalArgumentException("the module does not export " + name);
    }
    FunctionType type = instance.exportType(name);
    String result = type.returns().isEmpty() ? "v" : letters(type.returns());
    String found = result + "(" + letters(type.params()) + ")";
    if (!found.equals(signature)) {
      throw new IllegalArgumentException(
          "the module's " + name + " is " + found + ", not " + signature);
    }
    return instance.export(name);
  }

  /** The function that frees a result; not every component has one. */
  ExportFunction post(String name) {
    if (!exports.contains(name)) {
      return values -> null;
    }
    ExportFunction function = function(name, "v(i)");
    return values -> {
      boolean before = mayLeave;
      mayLeave = false;
      long[] nothing = function.apply(values);
      mayLeave = before;
      return nothing;
    };
  }

  /** The function that ends an object; not every component has one. */
  ExportFunction destructor(String name) {
    return exports.contains(name) ? function(name, "v(i)") : values -> null;
  }

  /** Core types by their letters. */
  private static List<ValType> types(String letters) {
    return letters.chars().mapToObj(ComponentInstance::type).toList();
  }

  private static ValType type(int letter) {
    return switch (letter) {
      case 'i' -> ValType.I32;
      case 'I' -> ValType.I64;
      case 'f' -> ValType.F32;
      default -> ValType.F64;
    };
  }

  private static String letters(List<ValType> types) {
    return types.stream().map(ComponentInstance::letter).collect(Collectors.joining());
  }

  private static String letter(ValType type) {
    if (type.equals(ValType.I32)) {
      return "i";
    }
    if (type.equals(ValType.I64)) {
      return "I";
    }
    return type.equals(ValType.F32) ? "f" : "F";
  }

  /** Remembers what objects of the component need. */
  <T> void remember(Class<T> type, T part) {
    parts.put(type, part);
  }

  <T> T part(Class<T> type) {
    return type.cast(parts.get(type));
  }

  // Calling it.

  /** Throws if the instance is dead or in a call. */
  void ready() {
    if (cause != null) {
      throw new TrapException("the component trapped in an earlier call", cause);
    }
    if (entered) {
      throw new IllegalStateException("the component is in a call and cannot be entered again");
    }
  }

  /** Begins a call. The thread's interruption waits: Endive would take it for its own. */
  void enter() {
    entered = true;
    interrupted = Thread.interrupted();
  }

  /** Ends a call, however it went. */
  void exit() {
    entered = false;
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** After anything went wrong inside a call: the instance may be half changed. */
  TrapException dies(Throwable error) {
    cause = error;
    if (error instanceof TrapException trap) {
      return trap;
    }
    return new TrapException("the component trapped: " + error.getMessage(), error);
  }

  /** Before the host's own code runs inside a call. */
  void pause() {
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** After it. */
  void resume() {
    interrupted = Thread.interrupted();
  }

  private long[] leave(Instance from, String name, ImportedFunction function, long[] flat) {
    attach(from);
    if (!mayLeave) {
      throw new TrapException("the component called " + name + " where it may not");
    }
    try {
      return function.call(flat);
    } catch (TrapException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new TrapException("the import " + name + " threw: " + e.getMessage(), e);
    } finally {
      handles.endLends();
    }
  }

  // Memory.

  /** A pointer that the component gave: {@code size} bytes are there, aligned. */
  int at(int pointer, long size, int align) {
    long from = Integer.toUnsignedLong(pointer);
    if (from + size > (long) memory.pages() * PAGE || (pointer & (align - 1)) != 0) {
      throw new TrapException("the component gave a bad pointer: " + size + " bytes at " + from);
    }
    return pointer;
  }

  int allocate(int size, int align) {
    if (realloc == null) {
      throw new TrapException("the module does not export cabi_realloc");
    }
    boolean before = mayLeave;
    mayLeave = false;
    int pointer = (int) realloc.apply(0, 0, align, size)[0];
    mayLeave = before;
    return at(pointer, size, align);
  }

  /** Where a list or text is: its pointer, and above that its length. */
  static long span(int pointer, int length) {
    return (long) length << 32 | Integer.toUnsignedLong(pointer);
  }

  void writeSpan(int at, long span) {
    memory.writeI32(at, (int) span);
    memory.writeI32(at + 4, (int) (span >>> 32));
  }

  /** The same as two core values. */
  static void lowerSpan(long[] flat, int at, long span) {
    flat[at] = span & 0xffff_ffffL;
    flat[at + 1] = span >>> 32;
  }

  static long liftSpan(long[] flat, int at) {
    return span((int) flat[at], (int) flat[at + 1]);
  }

  long readSpan(int at) {
    return span(memory.readInt(at), memory.readInt(at + 4));
  }

  int readU8(int at) {
    return memory.read(at) & 0xff;
  }

  int readU16(int at) {
    return memory.readShort(at) & 0xffff;
  }

  long readU32(int at) {
    return Integer.toUnsignedLong(memory.readInt(at));
  }

  boolean readBool(int at) {
    return memory.read(at) != 0;
  }

  int readCharacter(int at) {
    return character(memory.readInt(at));
  }

  String readText(int at) {
    return TextEncoding.lift(this, readSpan(at));
  }

  /** Whether the option whose discriminant is at {@code at} has a value. */
  boolean readSome(int at) {
    return some(readU8(at));
  }

  static boolean some(int discriminant) {
    if (discriminant >>> 1 != 0) {
      throw unknownCase(discriminant);
    }
    return discriminant == 1;
  }

  static int character(int value) {
    if (!Checks.isCharacter(value)) {
      throw new TrapException(
          "the component gave what is no character: " + Integer.toUnsignedString(value));
    }
    return value;
  }

  static TrapException unknownCase(int discriminant) {
    return new TrapException(
        "the component gave a case that does not exist: " + Integer.toUnsignedString(discriminant));
  }

  /** The enum's case of a discriminant. */
  static <T> T caseOf(T[] cases, int discriminant) {
    if (discriminant < 0 || discriminant >= cases.length) {
      throw unknownCase(discriminant);
    }
    return cases[discriminant];
  }

  /** Bits without a flag are nothing. */
  static <E extends Enum<E>> EnumSet<E> flags(Class<E> type, E[] flags, int bits) {
    EnumSet<E> set = EnumSet.noneOf(type);
    for (int i = 0; i < flags.length; i++) {
      if ((bits >>> i & 1) != 0) {
        set.add(flags[i]);
      }
    }
    return set;
  }

  static int bits(EnumSet<?> flags) {
    int bits = 0;
    for (Enum<?> flag : flags) {
      bits |= 1 << flag.ordinal();
    }
    return bits;
  }

  /** Copies a list into the module, each element written by {@code store}. */
  <T> long lowerList(List<T> list, int size, int align, Store<? super T> store) {
    int length = list.size();
    int pointer = allocate(length * size, align);
    for (int i = 0; i < length; i++) {
      store.store(this, pointer + i * size, list.get(i));
    }
    return span(pointer, length);
  }

  /** The list at a span, each element read by {@code load}. */
  @SuppressWarnings("unchecked")
  <T> List<T> liftList(long span, int size, int align, Load<T> load) {
    int length = (int) (span >>> 32);
    int pointer = at((int) span, Integer.toUnsignedLong(length) * size, align);
    T[] list = (T[]) new Object[length];
    for (int i = 0; i < length; i++) {
      list[i] = load.load(this, pointer + i * size);
    }
    return List.of(list);
  }
}
