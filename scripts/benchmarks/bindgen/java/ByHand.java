package bench;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import run.endive.runtime.ExportFunction;
import run.endive.runtime.Instance;
import run.endive.runtime.Memory;

/**
 * Glue as one would write it by hand for speed: it knows its three functions, and trusts the
 * component.
 */
final class ByHand {
  private static final String ECHO = "test:echo/echo@1.2.3#";
  private static final int WIDE = 112;
  private static final Few[] FEW = Few.values();
  private static final All32[] ALL32 = All32.values();
  private static final Some9[] SOME9 = Some9.values();

  private final Memory memory;
  private final ExportFunction realloc;
  private final ExportFunction callByte;
  private final ExportFunction callText;
  private final ExportFunction freeText;
  private final ExportFunction callWides;
  private final ExportFunction freeWides;

  ByHand(Instance instance) {
    memory = instance.memory();
    realloc = instance.export("cabi_realloc");
    callByte = instance.export(ECHO + "byte");
    callText = instance.export(ECHO + "text");
    freeText = instance.export("cabi_post_" + ECHO + "text");
    callWides = instance.export(ECHO + "wides");
    freeWides = instance.export("cabi_post_" + ECHO + "wides");
  }

  int byteOf(int a) {
    return (int) callByte.apply(a)[0] & 0xff;
  }

  String text(String a) {
    int result = (int) callText.apply(write(a), a.length())[0];
    String text = read(memory.readInt(result), memory.readInt(result + 4));
    freeText.apply(result);
    return text;
  }

  List<Wide> wides(List<Wide> a) {
    int list = allocate(a.size() * WIDE, 8);
    for (int i = 0; i < a.size(); i++) {
      write(list + i * WIDE, a.get(i));
    }
    int result = (int) callWides.apply(list, a.size())[0];
    int at = memory.readInt(result);
    int length = memory.readInt(result + 4);
    List<Wide> wides = new ArrayList<>(length);
    for (int i = 0; i < length; i++) {
      wides.add(wide(at + i * WIDE));
    }
    freeWides.apply(result);
    return wides;
  }

  private void write(int p, Wide v) {
    memory.writeByte(p, (byte) v.a());
    memory.writeLong(p + 8, v.b());
    memory.writeShort(p + 16, (short) v.c());
    writeText(p + 20, v.d());
    memory.writeByte(p + 28, (byte) (v.e().isPresent() ? 1 : 0));
    if (v.e().isPresent()) {
      memory.writeByte(p + 29, v.e().get().byteValue());
    }
    List<String> f = v.f();
    int texts = allocate(f.size() * 8, 4);
    for (int i = 0; i < f.size(); i++) {
      writeText(texts + i * 8, f.get(i));
    }
    memory.writeI32(p + 32, texts);
    memory.writeI32(p + 36, f.size());
    memory.writeByte(p + 40, (byte) (v.g() ? 1 : 0));
    memory.writeI32(p + 44, v.h());
    memory.writeByte(p + 48, (byte) (v.i().isPresent() ? 1 : 0));
    if (v.i().isPresent()) {
      writeText(p + 52, v.i().get());
    }
    memory.writeByte(p + 60, (byte) bits(v.j()));
    memory.writeI32(p + 64, bits(v.k()));
    memory.writeByte(p + 72, v.l().item0().byteValue());
    memory.writeLong(p + 80, v.l().item1());
    memory.writeF32(p + 88, v.m());
    memory.writeLong(p + 96, v.n());
    memory.writeShort(p + 104, (short) bits(v.o()));
  }

  private Wide wide(int p) {
    int length = memory.readInt(p + 36);
    int texts = memory.readInt(p + 32);
    String[] f = new String[length];
    for (int i = 0; i < length; i++) {
      f[i] = readText(texts + i * 8);
    }
    return new Wide(
        memory.read(p) & 0xff,
        memory.readLong(p + 8),
        memory.readShort(p + 16) & 0xffff,
        readText(p + 20),
        memory.read(p + 28) == 0 ? Optional.empty() : Optional.of(memory.read(p + 29) & 0xff),
        List.of(f),
        memory.read(p + 40) != 0,
        memory.readInt(p + 44),
        memory.read(p + 48) == 0 ? Optional.empty() : Optional.of(readText(p + 52)),
        flags(Few.class, FEW, memory.read(p + 60)),
        flags(All32.class, ALL32, memory.readInt(p + 64)),
        new Tuple2<>(memory.read(p + 72) & 0xff, memory.readLong(p + 80)),
        memory.readFloat(p + 88),
        memory.readLong(p + 96),
        flags(Some9.class, SOME9, memory.readShort(p + 104)));
  }

  private static int bits(EnumSet<?> flags) {
    int bits = 0;
    for (Enum<?> flag : flags) {
      bits |= 1 << flag.ordinal();
    }
    return bits;
  }

  private static <E extends Enum<E>> EnumSet<E> flags(Class<E> type, E[] flags, int bits) {
    EnumSet<E> set = EnumSet.noneOf(type);
    for (int i = 0; i < flags.length; i++) {
      if ((bits >>> i & 1) != 0) {
        set.add(flags[i]);
      }
    }
    return set;
  }

  private void writeText(int at, String text) {
    memory.writeI32(at, write(text));
    memory.writeI32(at + 4, text.length());
  }

  private String readText(int at) {
    return read(memory.readInt(at), memory.readInt(at + 4));
  }

  private int write(String text) {
    byte[] bytes = new byte[text.length() * 2];
    for (int i = 0; i < text.length(); i++) {
      char unit = text.charAt(i);
      bytes[2 * i] = (byte) unit;
      bytes[2 * i + 1] = (byte) (unit >>> 8);
    }
    int pointer = allocate(bytes.length, 2);
    memory.write(pointer, bytes);
    return pointer;
  }

  private String read(int pointer, int length) {
    byte[] bytes = memory.readBytes(pointer, length * 2);
    char[] units = new char[length];
    for (int i = 0; i < length; i++) {
      units[i] = (char) (bytes[2 * i] & 0xff | bytes[2 * i + 1] << 8);
    }
    return new String(units);
  }

  private int allocate(int size, int align) {
    return (int) realloc.apply(0, 0, align, size)[0];
  }
}
