package PACKAGE;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Lists of numbers: bytes in a row, copied as a whole. */
final class NumberLists {
  private NumberLists() {}

  static long lower(ComponentInstance guest, byte[] values) {
    int pointer = guest.allocate(values.length, 1);
    guest.memory.write(pointer, values);
    return ComponentInstance.span(pointer, values.length);
  }

  static long lower(ComponentInstance guest, short[] values) {
    ByteBuffer bytes = buffer(new byte[values.length * 2]);
    bytes.asShortBuffer().put(values);
    return lower(guest, bytes, 2);
  }

  static long lower(ComponentInstance guest, int[] values) {
    ByteBuffer bytes = buffer(new byte[values.length * 4]);
    bytes.asIntBuffer().put(values);
    return lower(guest, bytes, 4);
  }

  static long lower(ComponentInstance guest, long[] values) {
    ByteBuffer bytes = buffer(new byte[values.length * 8]);
    bytes.asLongBuffer().put(values);
    return lower(guest, bytes, 8);
  }

  static long lower(ComponentInstance guest, float[] values) {
    ByteBuffer bytes = buffer(new byte[values.length * 4]);
    bytes.asFloatBuffer().put(values);
    return lower(guest, bytes, 4);
  }

  static long lower(ComponentInstance guest, double[] values) {
    ByteBuffer bytes = buffer(new byte[values.length * 8]);
    bytes.asDoubleBuffer().put(values);
    return lower(guest, bytes, 8);
  }

  static byte[] liftBytes(ComponentInstance guest, long span) {
    return lift(guest, span, 1).array();
  }

  static short[] liftShorts(ComponentInstance guest, long span) {
    ByteBuffer bytes = lift(guest, span, 2);
    short[] values = new short[bytes.capacity() / 2];
    bytes.asShortBuffer().get(values);
    return values;
  }

  static int[] liftInts(ComponentInstance guest, long span) {
    ByteBuffer bytes = lift(guest, span, 4);
    int[] values = new int[bytes.capacity() / 4];
    bytes.asIntBuffer().get(values);
    return values;
  }

  static long[] liftLongs(ComponentInstance guest, long span) {
    ByteBuffer bytes = lift(guest, span, 8);
    long[] values = new long[bytes.capacity() / 8];
    bytes.asLongBuffer().get(values);
    return values;
  }

  static float[] liftFloats(ComponentInstance guest, long span) {
    ByteBuffer bytes = lift(guest, span, 4);
    float[] values = new float[bytes.capacity() / 4];
    bytes.asFloatBuffer().get(values);
    return values;
  }

  static double[] liftDoubles(ComponentInstance guest, long span) {
    ByteBuffer bytes = lift(guest, span, 8);
    double[] values = new double[bytes.capacity() / 8];
    bytes.asDoubleBuffer().get(values);
    return values;
  }

  private static ByteBuffer buffer(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static long lower(ComponentInstance guest, ByteBuffer bytes, int size) {
    int pointer = guest.allocate(bytes.capacity(), size);
    guest.memory.write(pointer, bytes.array());
    return ComponentInstance.span(pointer, bytes.capacity() / size);
  }

  private static ByteBuffer lift(ComponentInstance guest, long span, int size) {
    long bytes = (span >>> 32) * size;
    int pointer = guest.at((int) span, bytes, size);
    return buffer(guest.memory.readBytes(pointer, (int) bytes));
  }
}
