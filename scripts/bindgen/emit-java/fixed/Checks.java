package PACKAGE;

import java.util.List;
import java.util.Optional;

/** What the host passes is checked before anything crosses. */
final class Checks {
  /** The most UTF-16 code units that one text may have. */
  static final int MAX_TEXT_UNITS = 1_048_576;

  /** The most bytes that one list may take, its elements' own lists not counted. */
  static final int MAX_LIST_BYTES = 1 << 28;

  private Checks() {}

  /** Checks a value that stands at {@code step} of the path to it. */
  interface Check<T> {
    void check(ComponentInstance guest, String step, T value);
  }

  /** A value that does not fit. Its message is the path to it and what is wrong. */
  static final class Fault extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;
    private String path;

    Fault(String step, String problem) {
      super(problem);
      path = step;
    }

    /** The same, seen from outside of {@code step}. */
    Fault in(String step) {
      path = step + path;
      return this;
    }

    @Override
    public String getMessage() {
      return path + ": " + super.getMessage();
    }
  }

  static void integer(String step, long value, long most) {
    if (value < 0 || value > most) {
      throw new Fault(step, value + " is not an integer from 0 to " + most);
    }
  }

  static void u8(ComponentInstance guest, String step, int value) {
    integer(step, value, 0xff);
  }

  static void u16(ComponentInstance guest, String step, int value) {
    integer(step, value, 0xffff);
  }

  static void u32(ComponentInstance guest, String step, long value) {
    integer(step, value, 0xffff_ffffL);
  }

  static void character(ComponentInstance guest, String step, int value) {
    if (!isCharacter(value)) {
      throw new Fault(step, String.format("0x%x is not a Unicode scalar value", value));
    }
  }

  static boolean isCharacter(int value) {
    return value >= 0 && value <= 0x10ffff && (value & 0x1ff800) != 0xd800;
  }

  static void text(ComponentInstance guest, String step, String value) {
    present(guest, step, value);
    if (value.length() > MAX_TEXT_UNITS) {
      throw new Fault(
          step, value.length() + " UTF-16 code units, at most " + MAX_TEXT_UNITS + " fit");
    }
  }

  static void present(ComponentInstance guest, String step, Object value) {
    if (value == null) {
      throw new Fault(step, "null");
    }
  }

  /** A list of {@code length} elements of {@code size} bytes. */
  static void size(String step, int length, int size) {
    long bytes = (long) length * size;
    if (bytes > MAX_LIST_BYTES) {
      throw new Fault(step, "a list of " + bytes + " bytes, at most " + MAX_LIST_BYTES + " fit");
    }
  }

  static <T> void list(
      ComponentInstance guest, String step, List<T> list, int size, Check<? super T> element) {
    present(guest, step, list);
    size(step, list.size(), size);
    for (int i = 0; i < list.size(); i++) {
      T value = list.get(i);
      try {
        present(guest, "", value);
        element.check(guest, "", value);
      } catch (Fault fault) {
        throw fault.in(step + "[" + i + "]");
      }
    }
  }

  static <T> void optional(
      ComponentInstance guest, String step, Optional<T> optional, Check<? super T> value) {
    present(guest, step, optional);
    if (optional.isPresent()) {
      value.check(guest, step, optional.get());
    }
  }
}
