package runner;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import run.endive.runtime.Instance;
import run.endive.wasm.Parser;
import run.endive.wasm.WasmModule;

/** What an application meets of world {@code resources}: prints a line for each. */
final class ResourceFacts {
  private ResourceFacts() {}

  private static final List<String> closed = new ArrayList<>();
  private static Resources resources;

  public static void main(String[] args) {
    WasmModule module = Parser.parse(Path.of(args[0]));
    resources = instance(module);
    Counters counters = resources.counters();
    try (Counter counter = counters.newCounter(5)) {
      say("a method", counter.add(2), counter.value());
    }
    say("after try", counters.live(), counters.disposed());

    Counter one = counters.newCounter(1);
    one.close();
    one.close();
    say("closed twice", counters.disposed(), attempt(one::value));
    say("passed after that", attempt(() -> counters.take(one)));

    Counter two = counters.newCounter(2);
    try (two) {
      say("passed on", counters.take(two));
    }
    say("closed after that", counters.disposed(), attempt(two::value));

    Counter three = counters.newCounter(3);
    say("twice in one call", attempt(() -> counters.swap(new Pair(three, three))));
    say("lent and passed", attempt(() -> three.absorb(three)), three.value());
    Resources other = instance(module);
    say("of another instance", attempt(() -> other.counters().peek(three)));

    Thing item = new Thing("tea");
    say("the host's, consumed", resources.keeper().consume(item), closed);
    say("the host's, lent", resources.keeper().look(new Thing("jam")), closed);
    say("an error of the host's", attempt(() -> resources.keeper().openItem("")));
    say("back again", resources.keeper().passItem(item) == item, closed);

    say("re-entry", resources.run("first"));
    say("an import that throws", attempt(() -> resources.run("throw")));
    say("afterwards", attempt(() -> resources.run("first")));
    say("a close", attempt(three::close));
  }

  private static Resources instance(WasmModule module) {
    return Resources.instantiate(
        Instance.builder(module), new Shelf(), new Pairs(), new OfTheWorld());
  }

  /** The host's items. */
  private record Thing(String name) implements Item {
    @Override
    public void rename(String name) {
      throw new UnsupportedOperationException(name);
    }

    @Override
    public boolean same(Item other) {
      return this == other;
    }

    @Override
    public Item copy() {
      return new Thing(name);
    }

    @Override
    public void close() {
      closed.add(name);
    }
  }

  private static final class Shelf implements Store {
    @Override
    public Item newItem(String name) {
      return new Thing(name);
    }

    @Override
    public Item itemOpen(String name) {
      if (name.isEmpty()) {
        throw new StringException("no name");
      }
      return new Thing(name);
    }

    @Override
    public Optional<Item> find(String name) {
      return Optional.empty();
    }

    @Override
    public void put(Item it) {}

    @Override
    public long putAll(List<Item> all) {
      return all.size();
    }

    @Override
    public LabelledItem putLabelled(LabelledItem it) {
      return it;
    }

    @Override
    public List<Item> takeOut(long count) {
      return List.of();
    }

    @Override
    public String nameOf(Item it) {
      return it.name();
    }

    @Override
    public List<String> namesOf(List<Item> all) {
      return all.stream().map(Item::name).toList();
    }
  }

  private static final class Pairs implements ImportedTwins {
    @Override
    public ImportedTwin newTwin(long value) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long twinLarger(ImportedTwin a, ImportedTwin b) {
      throw new UnsupportedOperationException();
    }

    @Override
    public ImportedTwin turn(ImportedTwin it) {
      return it;
    }

    @Override
    public ImportedTwo turnTwo(ImportedTwo it) {
      return it;
    }

    @Override
    public List<ImportedTwin> turnAll(List<ImportedTwin> all) {
      return all;
    }

    @Override
    public Side turnSide(Side it) {
      return it;
    }
  }

  private static final class OfTheWorld implements ResourcesImports {
    @Override
    public long next() {
      return 1;
    }

    @Override
    public void note(String text) {
      if (text.startsWith("throw")) {
        throw new UnsupportedOperationException("out of ink");
      }
      say("inside of an import", attempt(() -> resources.counters().live()));
    }

    @Override
    public long choose(List<Item> all) {
      return 0;
    }
  }

  private static String attempt(Runnable call) {
    try {
      call.run();
      return "done";
    } catch (RuntimeException e) {
      boolean argument = e instanceof IllegalArgumentException;
      String name = argument ? "IllegalArgumentException" : e.getClass().getSimpleName();
      return name + ": " + e.getMessage();
    }
  }

  private static void say(String what, Object... facts) {
    List<String> texts = new ArrayList<>();
    for (Object fact : facts) {
      texts.add(String.valueOf(fact));
    }
    System.out.println(what + ": " + String.join(", ", texts));
  }
}
