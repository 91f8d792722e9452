package PACKAGE;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;

/** JSON codecs of arrays of numbers: lists of what their bits stand for. */
final class JsonNumbers {
  private JsonNumbers() {}

  static JsonCodec<byte[]> s8() {
    return codec(JsonCodec.s8(), byte[]::new, a -> a.length, (a, i) -> a[i], (a, i, v) -> a[i] = v);
  }

  static JsonCodec<short[]> u16() {
    return codec(
        JsonCodec.u16(),
        short[]::new,
        a -> a.length,
        (a, i) -> Short.toUnsignedInt(a[i]),
        (a, i, v) -> a[i] = v.shortValue());
  }

  static JsonCodec<short[]> s16() {
    return codec(
        JsonCodec.s16(), short[]::new, a -> a.length, (a, i) -> a[i], (a, i, v) -> a[i] = v);
  }

  static JsonCodec<int[]> u32() {
    return codec(
        JsonCodec.u32(),
        int[]::new,
        a -> a.length,
        (a, i) -> Integer.toUnsignedLong(a[i]),
        (a, i, v) -> a[i] = v.intValue());
  }

  static JsonCodec<int[]> s32() {
    return codec(JsonCodec.s32(), int[]::new, a -> a.length, (a, i) -> a[i], (a, i, v) -> a[i] = v);
  }

  static JsonCodec<long[]> u64() {
    return longs(JsonCodec.u64());
  }

  static JsonCodec<long[]> s64() {
    return longs(JsonCodec.s64());
  }

  static JsonCodec<float[]> f32() {
    return codec(
        JsonCodec.f32(), float[]::new, a -> a.length, (a, i) -> a[i], (a, i, v) -> a[i] = v);
  }

  static JsonCodec<double[]> f64() {
    return codec(
        JsonCodec.f64(), double[]::new, a -> a.length, (a, i) -> a[i], (a, i, v) -> a[i] = v);
  }

  private static JsonCodec<long[]> longs(JsonCodec<Long> element) {
    return codec(element, long[]::new, a -> a.length, (a, i) -> a[i], (a, i, v) -> a[i] = v);
  }

  private interface Get<A, T> {
    T get(A array, int index);
  }

  private interface Set<A, T> {
    void set(A array, int index, T value);
  }

  private static <A, T> JsonCodec<A> codec(
      JsonCodec<T> element,
      IntFunction<A> make,
      Function<A, Integer> length,
      Get<A, T> get,
      Set<A, T> set) {
    JsonCodec<List<T>> list = JsonCodec.list(element);
    return JsonCodec.of(
        array -> {
          List<T> values = new ArrayList<>();
          for (int i = 0; i < length.apply(array); i++) {
            values.add(get.get(array, i));
          }
          return list.toJson(values);
        },
        (json, path) -> {
          List<T> values = list.fromJson(json, path);
          A array = make.apply(values.size());
          for (int i = 0; i < values.size(); i++) {
            set.set(array, i, values.get(i));
          }
          return array;
        });
  }
}
