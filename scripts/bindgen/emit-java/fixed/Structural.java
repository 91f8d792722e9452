package PACKAGE;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Equality, hashes and texts of values by their content, that of arrays within them too. */
final class Structural {
  private Structural() {}

  static boolean equal(Object a, Object b) {
    if (a instanceof List<?> one && b instanceof List<?> other) {
      if (one.size() != other.size()) {
        return false;
      }
      for (int i = 0; i < one.size(); i++) {
        if (!equal(one.get(i), other.get(i))) {
          return false;
        }
      }
      return true;
    }
    if (a instanceof Optional<?> one && b instanceof Optional<?> other) {
      return equal(one.orElse(null), other.orElse(null));
    }
    return Arrays.deepEquals(new Object[] {a}, new Object[] {b});
  }

  static int hash(Object... values) {
    int hash = 1;
    for (Object value : values) {
      hash = 31 * hash + hashOf(value);
    }
    return hash;
  }

  static String text(Object value) {
    if (value instanceof List<?> list) {
      return list.stream().map(Structural::text).collect(Collectors.joining(", ", "[", "]"));
    }
    if (value instanceof Optional<?> optional) {
      return optional.map(Structural::text).toString();
    }
    String inBrackets = Arrays.deepToString(new Object[] {value});
    return inBrackets.substring(1, inBrackets.length() - 1);
  }

  private static int hashOf(Object value) {
    if (value instanceof List<?> list) {
      return hash(list.toArray());
    }
    if (value instanceof Optional<?> optional) {
      return optional.map(Structural::hashOf).orElse(0);
    }
    return Arrays.deepHashCode(new Object[] {value});
  }
}
