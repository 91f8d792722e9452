package runner;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import run.endive.runtime.Instance;
import run.endive.wasm.Parser;
import run.endive.wasm.WasmModule;

/** What an application meets of world {@code echoes}: prints a line for each. */
final class EchoFacts {
  private EchoFacts() {}

  public static void main(String[] args) {
    WasmModule module = Parser.parse(Path.of(args[0]));
    Echoes echoes = Echoes.instantiate(Instance.builder(module));
    Echo echo = echoes.echo();
    values(echo);
    refusals(echo);
    errors(echo);
    interruption(echo);
    death(echo);
    otherModule(Parser.parse(Path.of(args[1])));
  }

  private static void values(Echo echo) {
    byte[] bytes = {1, -1};
    var lists = echo.numbers(bytes, new short[0], new short[] {2}, new int[0], new int[] {3});
    var same =
        new Tuple5<>(bytes.clone(), new short[0], new short[] {2}, new int[0], new int[] {3});
    say("a tuple of arrays", lists.equals(same), lists.hashCode() == same.hashCode(), lists);
    Point point = new Point((byte) -3, 1.5, Color.DARK_GREEN);
    say("a record", echo.aPoint(point).equals(point), echo.aPoint(point));
    say("a variant", echo.aMixed(new Mixed.Point(point)));
    say("flags", echo.aFew(EnumSet.of(Few.C, Few.A)));
    say("options", echo.nested(Optional.of(Optional.empty())), echo.maybeText(Optional.of("a")));
    say("unsigned", Long.toUnsignedString(echo.large(4_294_967_295L, -1, -1, -1).item2()));
    say("a lone surrogate", (int) echo.text("\ud800").charAt(0), echo.text("\ufeffa").length());
    say("immutable", attempt(() -> echo.texts(List.of("a")).add("b")));
  }

  private static void refusals(Echo echo) {
    say("byte", attempt(() -> echo.byte_(256)));
    say("char", attempt(() -> echo.character(0xd800)));
    say("null", attempt(() -> echo.text(null)));
    say("null in a list", attempt(() -> echo.texts(Arrays.asList("a", null))));
    say("null in a record", attempt(() -> new Point((byte) 0, 0, null)));
    say("a long text", attempt(() -> echo.text("a".repeat(1_048_577))));
    say("a long list", attempt(() -> echo.bytes(new byte[(1 << 28) + 1])));
    say(
        "deep",
        attempt(() -> echo.tables(List.of(List.of(new Tuple2<>("a", 1), new Tuple2<>("b", -1))))));
    say("in a variant", attempt(() -> echo.manyMixed(List.of(new Mixed.Byte(256)))));
  }

  private static void errors(Echo echo) {
    say("an error", attempt(() -> echo.either(new Result.Err<>("no"))));
    say("no payload", attempt(() -> echo.neither(new Result.Err<>(Nothing.NOTHING))));
    say("a result inside a value", echo.oneSide(new Result.Ok<>(Nothing.NOTHING)));
  }

  private static void interruption(Echo echo) {
    Thread.currentThread().interrupt();
    String text = echo.text("a");
    say("an interrupted thread", text, Thread.interrupted());
  }

  private static void death(Echo echo) {
    String trap = attempt(() -> echo.fill(50_000_000));
    say("a trap", trap.startsWith("TrapException: the component trapped: "));
    say("the next call", attempt(() -> echo.byte_(1)));
    say("a wrong argument then", attempt(() -> echo.byte_(256)));
  }

  private static void otherModule(WasmModule module) {
    String refusal = attempt(() -> Echoes.instantiate(Instance.builder(module)));
    String begin = "IllegalArgumentException: the module is not of this world: ";
    say("another module", refusal.startsWith(begin));
  }

  private static String attempt(Runnable call) {
    try {
      call.run();
      return "done";
    } catch (ComponentException e) {
      return e.getClass().getSimpleName() + " of " + e.payload() + ": " + e.getMessage();
    } catch (RuntimeException e) {
      boolean argument = e instanceof IllegalArgumentException;
      String name = argument ? "IllegalArgumentException" : e.getClass().getSimpleName();
      return name + ": " + e.getMessage();
    }
  }

  private static void say(String what, Object... facts) {
    System.out.println(
        what + ": " + String.join(", ", Arrays.stream(facts).map(String::valueOf).toList()));
  }
}
