package PACKAGE;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * A JSON codec for a WIT type, for test code. Numbers, texts, lists and tuples are JSON's own; 64
 * bits are a number where it is safe, else a decimal string; an enum is its label, flags a list of
 * labels, a variant {@code "case"} or {@code {"case": …}}, a result {@code {"ok": …}} or {@code
 * {"err": …}}, an absent option null or left out, an option's option {@code {"some": …}}, bytes a
 * text or {@code {"base64": …}}.
 */
interface JsonCodec<T> {
  /** From here on a number has no exact double. */
  long UNSAFE = 1L << 53;

  JsonElement toJson(T value);

  /** Throws an IllegalArgumentException that names the path and what stands there. */
  T fromJson(JsonElement json, String path);

  /** Whether nothing at all stands for a value: that of an option. */
  default boolean isOptional() {
    return false;
  }

  static <T> JsonCodec<T> of(
      Function<T, JsonElement> toJson, BiFunction<JsonElement, String, T> fromJson) {
    return new JsonCodec<>() {
      @Override
      public JsonElement toJson(T value) {
        return toJson.apply(value);
      }

      @Override
      public T fromJson(JsonElement json, String path) {
        return fromJson.apply(json, path);
      }
    };
  }

  /** So that an argument is unboxed, widened and so on as the codec takes it. */
  static <T> JsonElement toJson(JsonCodec<T> codec, T value) {
    return codec.toJson(value);
  }

  static IllegalArgumentException unfit(JsonElement json, String path, String fits) {
    return new IllegalArgumentException(path + ": " + json + " is not " + fits);
  }

  // Numbers.

  static BigInteger integer(JsonElement json, String path, BigInteger least, BigInteger most) {
    String fits = "an integer from " + least + " to " + most;
    if (!isNumber(json)) {
      throw unfit(json, path, fits);
    }
    try {
      BigInteger value = json.getAsBigDecimal().toBigIntegerExact();
      if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
        throw unfit(json, path, fits);
      }
      return value;
    } catch (ArithmeticException e) {
      throw unfit(json, path, fits);
    }
  }

  static <T extends Number> JsonCodec<T> integer(
      long least, long most, Function<BigInteger, T> as) {
    BigInteger from = BigInteger.valueOf(least);
    BigInteger to = BigInteger.valueOf(most);
    return of(
        value -> new JsonPrimitive(value), (json, path) -> as.apply(integer(json, path, from, to)));
  }

  static JsonCodec<Integer> u8() {
    return integer(0, 0xff, BigInteger::intValue);
  }

  static JsonCodec<Byte> s8() {
    return integer(Byte.MIN_VALUE, Byte.MAX_VALUE, BigInteger::byteValue);
  }

  static JsonCodec<Integer> u16() {
    return integer(0, 0xffff, BigInteger::intValue);
  }

  static JsonCodec<Short> s16() {
    return integer(Short.MIN_VALUE, Short.MAX_VALUE, BigInteger::shortValue);
  }

  static JsonCodec<Long> u32() {
    return integer(0, 0xffff_ffffL, BigInteger::longValue);
  }

  static JsonCodec<Integer> s32() {
    return integer(Integer.MIN_VALUE, Integer.MAX_VALUE, BigInteger::intValue);
  }

  static JsonCodec<Long> u64() {
    return of(
        value ->
            value >= 0 && value < UNSAFE
                ? new JsonPrimitive(value)
                : new JsonPrimitive(Long.toUnsignedString(value)),
        (json, path) ->
            big(
                json,
                path,
                BigInteger.ZERO,
                BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE)));
  }

  static JsonCodec<Long> s64() {
    return of(
        value ->
            value > -UNSAFE && value < UNSAFE
                ? new JsonPrimitive(value)
                : new JsonPrimitive(Long.toString(value)),
        (json, path) ->
            big(
                json,
                path,
                BigInteger.valueOf(Long.MIN_VALUE),
                BigInteger.valueOf(Long.MAX_VALUE)));
  }

  private static long big(JsonElement json, String path, BigInteger least, BigInteger most) {
    if (isText(json)) {
      String text = json.getAsString();
      if (!text.matches("-?[0-9]+")) {
        throw unfit(json, path, "a safe integer or a decimal string");
      }
      return integer(new JsonPrimitive(new BigDecimal(text)), path, least, most).longValue();
    }
    BigInteger safe = BigInteger.valueOf(UNSAFE - 1);
    return integer(json, path, least.max(safe.negate()), most.min(safe)).longValue();
  }

  static JsonCodec<Double> f64() {
    return of(JsonCodec::floating, JsonCodec::floating);
  }

  static JsonCodec<Float> f32() {
    return of(value -> floating((double) value), (json, path) -> (float) floating(json, path));
  }

  private static JsonElement floating(double value) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      return new JsonPrimitive(Double.toString(value));
    }
    boolean negativeZero = Double.doubleToRawLongBits(value) == Long.MIN_VALUE;
    return negativeZero ? new JsonPrimitive("-0") : new JsonPrimitive(value);
  }

  private static double floating(JsonElement json, String path) {
    if (isNumber(json)) {
      return json.getAsDouble();
    }
    String text = isText(json) ? json.getAsString() : "";
    if (!Set.of("NaN", "Infinity", "-Infinity", "-0").contains(text)) {
      throw unfit(json, path, "a number");
    }
    return Double.parseDouble(text);
  }

  private static boolean isNumber(JsonElement json) {
    return json instanceof JsonPrimitive primitive && primitive.isNumber();
  }

  private static boolean isText(JsonElement json) {
    return json instanceof JsonPrimitive primitive && primitive.isString();
  }

  // Other types without parts.

  static JsonCodec<Boolean> bool() {
    return of(
        JsonPrimitive::new,
        (json, path) -> {
          if (!(json instanceof JsonPrimitive primitive && primitive.isBoolean())) {
            throw unfit(json, path, "a bool");
          }
          return json.getAsBoolean();
        });
  }

  static JsonCodec<String> string() {
    return of(JsonPrimitive::new, (json, path) -> text(json, path, "a text"));
  }

  static JsonCodec<Integer> character() {
    return of(
        value -> new JsonPrimitive(Character.toString(value)),
        (json, path) -> {
          String text = text(json, path, "a text of one character");
          if (text.codePointCount(0, text.length()) != 1) {
            throw unfit(json, path, "a text of one character");
          }
          return text.codePointAt(0);
        });
  }

  private static String text(JsonElement json, String path, String fits) {
    if (!isText(json)) {
      throw unfit(json, path, fits);
    }
    return json.getAsString();
  }

  /** The payload of a result without one. */
  static JsonCodec<Nothing> nothing() {
    return of(
        value -> JsonNull.INSTANCE,
        (json, path) -> {
          if (!json.isJsonNull()) {
            throw unfit(json, path, "null");
          }
          return Nothing.NOTHING;
        });
  }

  static <E extends Enum<E>> JsonCodec<E> enumeration(E[] cases, String... labels) {
    return of(
        value -> new JsonPrimitive(labels[value.ordinal()]),
        (json, path) -> {
          int at = isText(json) ? List.of(labels).indexOf(json.getAsString()) : -1;
          if (at < 0) {
            throw unfit(json, path, "one of " + String.join(", ", labels));
          }
          return cases[at];
        });
  }

  static <E extends Enum<E>> JsonCodec<EnumSet<E>> flags(
      Class<E> type, E[] cases, String... labels) {
    JsonCodec<List<E>> list = list(enumeration(cases, labels));
    return of(
        value -> list.toJson(List.copyOf(value)),
        (json, path) -> {
          EnumSet<E> set = EnumSet.noneOf(type);
          set.addAll(list.fromJson(json, path));
          return set;
        });
  }

  // Lists.

  static <T> JsonCodec<List<T>> list(JsonCodec<T> element) {
    return of(
        value -> {
          JsonArray array = new JsonArray(value.size());
          for (T each : value) {
            array.add(element.toJson(each));
          }
          return array;
        },
        (json, path) -> {
          JsonArray array = array(json, path, "a list");
          List<T> list = new ArrayList<>(array.size());
          for (int i = 0; i < array.size(); i++) {
            list.add(element.fromJson(array.get(i), path + "[" + i + "]"));
          }
          return list;
        });
  }

  private static JsonArray array(JsonElement json, String path, String fits) {
    if (json instanceof JsonArray array) {
      return array;
    }
    throw unfit(json, path, fits);
  }

  static JsonCodec<byte[]> bytes() {
    return of(
        value -> {
          try {
            ByteBuffer bytes = ByteBuffer.wrap(value);
            return new JsonPrimitive(StandardCharsets.UTF_8.newDecoder().decode(bytes).toString());
          } catch (CharacterCodingException e) {
            JsonObject object = new JsonObject();
            object.addProperty("base64", Base64.getEncoder().encodeToString(value));
            return object;
          }
        },
        (json, path) -> {
          if (isText(json)) {
            return json.getAsString().getBytes(StandardCharsets.UTF_8);
          }
          Members members = new Members(json, path);
          byte[] bytes = Base64.getDecoder().decode(members.take("base64", string()));
          members.end();
          return bytes;
        });
  }

  // Types with parts.

  static <T> JsonCodec<Optional<T>> option(JsonCodec<T> value) {
    return new JsonCodec<>() {
      @Override
      public JsonElement toJson(Optional<T> option) {
        return option.map(value::toJson).orElse(JsonNull.INSTANCE);
      }

      @Override
      public Optional<T> fromJson(JsonElement json, String path) {
        return json.isJsonNull() ? Optional.empty() : Optional.of(value.fromJson(json, path));
      }

      @Override
      public boolean isOptional() {
        return true;
      }
    };
  }

  /** An option's option, where null would not say which is absent. */
  static <T> JsonCodec<Optional<T>> nested(JsonCodec<T> value) {
    return option(
        of(
            some -> {
              JsonObject object = new JsonObject();
              object.add("some", value.toJson(some));
              return object;
            },
            (json, path) -> {
              Members members = new Members(json, path);
              T some = members.take("some", value);
              members.end();
              return some;
            }));
  }

  static <T, E> JsonCodec<Result<T, E>> result(JsonCodec<T> ok, JsonCodec<E> error) {
    return of(
        value -> {
          JsonObject object = new JsonObject();
          if (value instanceof Result.Ok<T, E> success) {
            object.add("ok", ok.toJson(success.value()));
          } else if (value instanceof Result.Err<T, E> failure) {
            object.add("err", error.toJson(failure.error()));
          }
          return object;
        },
        (json, path) -> {
          Map.Entry<String, JsonElement> only = only(json, path);
          return switch (only.getKey()) {
            case "ok" -> new Result.Ok<>(ok.fromJson(only.getValue(), path + ".ok"));
            case "err" -> new Result.Err<>(error.fromJson(only.getValue(), path + ".err"));
            default -> throw unfit(json, path, "{\"ok\": …} or {\"err\": …}");
          };
        });
  }

  /** The one member that an object has. */
  static Map.Entry<String, JsonElement> only(JsonElement json, String path) {
    if (json instanceof JsonObject object && object.size() == 1) {
      return object.entrySet().iterator().next();
    }
    throw unfit(json, path, "an object of one member");
  }

  /** A record, by its members. */
  static <T> JsonCodec<T> record(BiConsumer<T, Members> write, Function<Members, T> read) {
    return of(
        value -> {
          Members members = new Members(new JsonObject(), "");
          write.accept(value, members);
          return members.object;
        },
        (json, path) -> {
          Members members = new Members(json, path);
          T value = read.apply(members);
          members.end();
          return value;
        });
  }

  /** A tuple, by its items. */
  static <T> JsonCodec<T> tuple(BiConsumer<T, Items> write, Function<Items, T> read) {
    return of(
        value -> {
          Items items = new Items(new JsonArray(), "");
          write.accept(value, items);
          return items.array;
        },
        (json, path) -> {
          Items items = new Items(array(json, path, "a list"), path);
          T value = read.apply(items);
          items.end();
          return value;
        });
  }

  /** A case of a variant: its label and payload. */
  record Case(String label, JsonElement payload, String path) {
    static <T> JsonElement of(String label, JsonCodec<T> codec, T payload) {
      JsonObject object = new JsonObject();
      object.add(label, codec.toJson(payload));
      return object;
    }

    static JsonElement of(String label) {
      return new JsonPrimitive(label);
    }

    static Case from(JsonElement json, String path) {
      if (isText(json)) {
        return new Case(json.getAsString(), null, path);
      }
      Map.Entry<String, JsonElement> only = only(json, path);
      return new Case(only.getKey(), only.getValue(), path);
    }

    <T> T with(JsonCodec<T> codec) {
      if (payload == null) {
        throw new IllegalArgumentException(path + ": \"" + label + "\" needs a payload");
      }
      return codec.fromJson(payload, path + "." + label);
    }

    <T> T without(T value) {
      if (payload != null) {
        throw new IllegalArgumentException(path + ": \"" + label + "\" has no payload");
      }
      return value;
    }

    IllegalArgumentException unknown() {
      return new IllegalArgumentException(path + ": \"" + label + "\" is no case");
    }
  }

  /** An object that is written or read member by member; an absent option is left out. */
  final class Members {
    private final JsonObject object;
    private final String path;
    private final Set<String> taken = new HashSet<>();

    Members(JsonElement json, String path) {
      if (!json.isJsonObject()) {
        throw unfit(json, path, "an object");
      }
      object = json.getAsJsonObject();
      this.path = path;
    }

    <T> void put(String name, JsonCodec<T> codec, T value) {
      JsonElement json = codec.toJson(value);
      if (!codec.isOptional() || !json.isJsonNull()) {
        object.add(name, json);
      }
    }

    <T> T take(String name, JsonCodec<T> codec) {
      taken.add(name);
      JsonElement json = object.get(name);
      if (json == null && !codec.isOptional()) {
        throw new IllegalArgumentException(path + ": " + object + " has no " + name);
      }
      return codec.fromJson(json == null ? JsonNull.INSTANCE : json, path + "." + name);
    }

    void end() {
      for (String name : object.keySet()) {
        if (!taken.contains(name)) {
          throw new IllegalArgumentException(path + "." + name + ": not known");
        }
      }
    }
  }

  /** An array that is written or read item by item. */
  final class Items {
    final JsonArray array;
    private final String path;
    private int at;

    Items(JsonArray array, String path) {
      this.array = array;
      this.path = path;
    }

    <T> void put(JsonCodec<T> codec, T value) {
      array.add(codec.toJson(value));
    }

    <T> T take(JsonCodec<T> codec) {
      if (at == array.size()) {
        throw new IllegalArgumentException(path + ": " + array + " has too few items");
      }
      T value = codec.fromJson(array.get(at), path + "[" + at + "]");
      at++;
      return value;
    }

    void end() {
      if (at != array.size()) {
        throw new IllegalArgumentException(path + ": " + array + " has too many items");
      }
    }
  }
}
