package PACKAGE;

/**
 * The component trapped, gave data that its interface does not allow, or called an import that
 * threw; the cause tells more. Its instance may be half changed: every later call throws this too.
 */
public class TrapException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TrapException(String message) {
    super(message);
  }

  TrapException(String message, Throwable cause) {
    super(message, cause);
  }
}
