package PACKAGE;

/** What stands behind an object of the component: its number there, and who owns it. */
final class ComponentObject {
  final Class<?> type;
  private final ComponentInstance guest;
  private final int representation;
  private final boolean owned;
  private boolean gone;
  private boolean passed;
  private int lends;

  ComponentObject(ComponentInstance guest, Class<?> type, int representation, boolean owned) {
    this.guest = guest;
    this.type = type;
    this.representation = representation;
    this.owned = owned;
  }

  /** The object that a method is called on. */
  void use(ComponentInstance guest) {
    if (gone) {
      throw new IllegalStateException(problem("is closed, passed on or no longer lent"));
    }
    lends++;
    guest.handles.touch(this);
  }

  /** An argument that is lent to the component for a call. */
  void lend(ComponentInstance guest, String step) {
    usable(guest, step);
    lends++;
    guest.handles.touch(this);
  }

  /** An argument that is passed on to the component. */
  void pass(ComponentInstance guest, String step) {
    usable(guest, step);
    if (!owned) {
      throw new Checks.Fault(step, problem("is lent by the component and cannot be passed on"));
    }
    if (lends > 0) {
      throw new Checks.Fault(step, problem("is lent for this call and cannot be passed on"));
    }
    passed = true;
    guest.handles.touch(this);
  }

  private void usable(ComponentInstance guest, String step) {
    if (guest != this.guest) {
      throw new Checks.Fault(step, problem("is of another instance"));
    }
    if (gone) {
      throw new Checks.Fault(step, problem("is closed, passed on or no longer lent"));
    }
    if (passed) {
      throw new Checks.Fault(step, problem("is passed on by this call already"));
    }
  }

  private String problem(String what) {
    return "the " + type.getSimpleName() + " " + what;
  }

  /** To the component itself its own object is lent by its number. */
  int lowerBorrow() {
    return representation;
  }

  int lowerOwn() {
    gone = true;
    return guest.handles.add(type, representation, true);
  }

  /** The call is over, or was refused. */
  void untouch() {
    passed = false;
    if (lends > 0) {
      lends--;
    }
  }

  /** What the component lent is no longer there. */
  void end() {
    gone = true;
  }

  /** Runs the component's destructor, once. */
  void close() {
    if (gone || !owned) {
      return;
    }
    guest.ready();
    gone = true;
    guest.enter();
    try {
      guest.handles.destroy(type, representation);
    } catch (Throwable e) {
      throw guest.dies(e);
    } finally {
      guest.exit();
    }
  }
}
