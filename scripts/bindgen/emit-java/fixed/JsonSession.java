package PACKAGE;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.internal.Streams;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Calls by name with JSON arguments, a line each: {@code {"new": true}}, {@code {"call": name,
 * "args": […]}}, {@code {"drop": id}}. Calls of the component's imports are written as {@code
 * {"import": name, "args": […]}}, and their answers read. Objects are numbers. For tests.
 */
abstract class JsonSession {
  private final Map<String, Call> calls = new HashMap<>();
  private final Map<Integer, AutoCloseable> objects = new HashMap<>();

  /** Objects that a call passes on, and those that the component lends to an import. */
  private final List<Integer> passed = new ArrayList<>();

  private final List<Integer> lent = new ArrayList<>();
  private int lastId;
  private BufferedReader input;
  private Writer output;

  /** One function of the component. */
  interface Call {
    JsonElement call(JsonCodec.Items args);
  }

  /** A request or an answer that is none. */
  private static final class ProtocolException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ProtocolException(String message) {
      super(message);
    }
  }

  /** Drops the instance and makes a new one. */
  abstract void renew();

  void on(String name, Call call) {
    calls.put(name, call);
  }

  /** Answers every line of the input; 0 at its end, 2 at what is no request. */
  int serve(InputStream from, OutputStream to) throws IOException {
    input = new BufferedReader(new InputStreamReader(from, StandardCharsets.UTF_8));
    output = new OutputStreamWriter(to, StandardCharsets.UTF_8);
    try {
      for (String line = input.readLine(); line != null; line = input.readLine()) {
        write(answer(parse(line)));
      }
      return 0;
    } catch (ProtocolException e) {
      System.err.println(e.getMessage());
      return 2;
    }
  }

  private static JsonObject parse(String line) {
    try {
      JsonReader reader = new JsonReader(new StringReader(line));
      reader.setStrictness(Strictness.STRICT);
      JsonElement json = Streams.parse(reader);
      if (json instanceof JsonObject object && reader.peek() == JsonToken.END_DOCUMENT) {
        return object;
      }
    } catch (RuntimeException | IOException e) {
      throw new ProtocolException("no JSON: " + line);
    }
    throw new ProtocolException("no request: " + line);
  }

  private void write(JsonObject json) {
    try {
      output.write(json.toString());
      output.write('\n');
      output.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private JsonObject answer(JsonObject request) {
    try {
      return member("returned", returned(request));
    } catch (ProtocolException e) {
      throw e;
    } catch (TrapException e) {
      return member("trapped", new JsonPrimitive(String.valueOf(e.getMessage())));
    } catch (IllegalArgumentException | IllegalStateException e) {
      return member("refused", new JsonPrimitive(String.valueOf(e.getMessage())));
    }
  }

  private JsonElement returned(JsonObject request) {
    if (request.has("new")) {
      objects.clear();
      lastId = 0;
      renew();
      return JsonNull.INSTANCE;
    }
    if (request.has("drop")) {
      int id = JsonCodec.s32().fromJson(request.get("drop"), "drop");
      close(object(id, AutoCloseable.class));
      objects.remove(id);
      return JsonNull.INSTANCE;
    }
    if (!request.has("call")) {
      throw new ProtocolException("no request: " + request);
    }
    String name = request.get("call").getAsString();
    Call call = calls.get(name);
    if (call == null) {
      throw new IllegalArgumentException(name + ": there is no such function");
    }
    passed.clear();
    try {
      return call.call(new JsonCodec.Items(request.getAsJsonArray("args"), "args"));
    } catch (IllegalArgumentException | IllegalStateException e) {
      passed.clear(); // nothing has happened
      throw e;
    } finally {
      objects.keySet().removeAll(passed);
      passed.clear();
    }
  }

  private static void close(AutoCloseable object) {
    try {
      object.close();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static JsonObject member(String name, JsonElement value) {
    JsonObject object = new JsonObject();
    object.add(name, value);
    return object;
  }

  // The component's objects.

  private <T> T object(int id, Class<T> type) {
    AutoCloseable object = objects.get(id);
    if (!type.isInstance(object)) {
      throw new IllegalArgumentException("there is no " + type.getSimpleName() + " " + id);
    }
    return type.cast(object);
  }

  private int add(AutoCloseable object) {
    objects.put(++lastId, object);
    return lastId;
  }

  /** An object that is passed on. */
  <T extends AutoCloseable> JsonCodec<T> own(Class<T> type) {
    return JsonCodec.of(
        object -> new JsonPrimitive(add(object)),
        (json, path) -> {
          int id = JsonCodec.s32().fromJson(json, path);
          T object = object(id, type);
          passed.add(id);
          return object;
        });
  }

  /** An object that is lent. */
  <T extends AutoCloseable> JsonCodec<T> borrow(Class<T> type) {
    return JsonCodec.of(
        object -> {
          int id = add(object);
          lent.add(id);
          return new JsonPrimitive(id);
        },
        (json, path) -> object(JsonCodec.s32().fromJson(json, path), type));
  }

  // The host's side, which the other end of the pipe answers for.

  /** An object of the host is a number that the other end has chosen. */
  interface Numbered {
    int stubId();
  }

  /** The codec of an object that the host implements. */
  interface Numbering<T> {
    T make(int id);
  }

  static <T> JsonCodec<T> numbered(Numbering<T> numbering) {
    return JsonCodec.of(
        object -> new JsonPrimitive(((Numbered) object).stubId()),
        (json, path) -> numbering.make(JsonCodec.s32().fromJson(json, path)));
  }

  /** The other end's answer to an import; calls that it makes before are answered. */
  <T> T imported(JsonCodec<T> result, String name, JsonElement... args) {
    JsonArray list = new JsonArray();
    for (JsonElement arg : args) {
      list.add(arg);
    }
    JsonObject request = member("import", new JsonPrimitive(name));
    request.add("args", list);
    write(request);
    while (true) {
      JsonObject answer = parse(nextLine());
      if (answer.has("call")) {
        write(answer(answer));
      } else if (answer.has("throw")) {
        throw new IllegalStateException(answer.get("throw").getAsString());
      } else if (answer.has("return")) {
        objects.keySet().removeAll(lent);
        lent.clear();
        return result.fromJson(answer.get("return"), "return");
      } else {
        throw new ProtocolException("no answer: " + answer);
      }
    }
  }

  private String nextLine() {
    try {
      String line = input.readLine();
      if (line == null) {
        throw new ProtocolException("the input ended inside of an import");
      }
      return line;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
