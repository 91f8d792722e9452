package PACKAGE;

import java.util.Objects;
import java.util.function.Function;

/**
 * A WIT {@code result} inside a value. One that a function returns is returned, or thrown as a
 * {@link ComponentException}.
 *
 * @param <T> what is there after success, {@link Nothing} where the WIT has {@code _}
 * @param <E> what is there after failure, {@link Nothing} where the WIT has {@code _}
 */
public sealed interface Result<T, E> {
  /** Whether it is a success. */
  default boolean isOk() {
    return this instanceof Ok;
  }

  /** What is there after success, null after failure. */
  default T valueOrNull() {
    return this instanceof Ok<T, E> ok ? ok.value : null;
  }

  /** What is there after failure, null after success. */
  default E errorOrNull() {
    return this instanceof Err<T, E> err ? err.error : null;
  }

  /** What is there after success; throws what {@code exception} makes of the error otherwise. */
  T orElseThrow(Function<? super E, ? extends RuntimeException> exception);

  /** Success. */
  record Ok<T, E>(T value) implements Result<T, E> {
    /** Refuses null. */
    public Ok {
      Objects.requireNonNull(value, "value");
    }

    @Override
    public T orElseThrow(Function<? super E, ? extends RuntimeException> exception) {
      return value;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Ok<?, ?> ok && Structural.equal(value, ok.value);
    }

    @Override
    public int hashCode() {
      return Structural.hash(value);
    }

    @Override
    public String toString() {
      return "Ok[" + Structural.text(value) + "]";
    }
  }

  /** Failure. */
  record Err<T, E>(E error) implements Result<T, E> {
    /** Refuses null. */
    public Err {
      Objects.requireNonNull(error, "error");
    }

    @Override
    public T orElseThrow(Function<? super E, ? extends RuntimeException> exception) {
      throw exception.apply(error);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Err<?, ?> err && Structural.equal(error, err.error);
    }

    @Override
    public int hashCode() {
      return ~Structural.hash(error);
    }

    @Override
    public String toString() {
      return "Err[" + Structural.text(error) + "]";
    }
  }
}
