package PACKAGE;

/**
 * The error that a function's WIT {@code result} holds. The component throws it to the host, and a
 * host that implements an import throws it to the component. Nothing has trapped: the instance goes
 * on. Each type of error has a subclass with its payload.
 */
public abstract class ComponentException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ComponentException(String message) {
    super(message);
  }

  /** The error, as its function declares it. */
  public abstract Object payload();
}
