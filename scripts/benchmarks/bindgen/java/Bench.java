package bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import run.endive.runtime.ByteArrayMemory;
import run.endive.runtime.Instance;

/** What a call costs by the generated bindings and by hand: a line of JSON for each case. */
final class Bench {
  private static final int ROUNDS = 31;
  private static final long ROUND_NS = 20_000_000;
  private static final long WARM_UP_NS = 2_000_000_000L;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  /** What the calls return, so that no compiler leaves them out. */
  private static Object sink;

  private Bench() {}

  public static void main(String[] args) {
    Echo ours = Echoes.instantiate(builder()).echo();
    ByHand best = new ByHand(builder().build());
    String text = "a text of a hundred characters, give or take. ".repeat(3).substring(0, 100);
    List<Wide> wides = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      wides.add(wide(i));
    }
    compare("a scalar", () -> ours.byte_(7), () -> best.byteOf(7));
    compare("a string", () -> ours.text(text), () -> best.text(text));
    compare("a record of lists", () -> ours.wides(wides), () -> best.wides(wides));
  }

  private static Instance.Builder builder() {
    return Instance.builder(EchoCore.load())
        .withMachineFactory(EchoCore::create)
        .withMemoryFactory(ByteArrayMemory::new);
  }

  private static Wide wide(int i) {
    return new Wide(
        i,
        1L << 60,
        65_535,
        "dé",
        i == 0 ? Optional.empty() : Optional.of(i),
        List.of("one", "two", "three"),
        true,
        'h',
        Optional.of("i"),
        EnumSet.of(Few.A, Few.C),
        EnumSet.of(All32.F0, All32.F31),
        new Tuple2<>(1, 2L),
        1.5f,
        -1,
        EnumSet.of(Some9.F8));
  }

  /** Measures both in turns, so that the machine's moods meet both. */
  private static void compare(String what, Supplier<?> generated, Supplier<?> byHand) {
    if (!generated.get().equals(byHand.get())) {
      throw new AssertionError(what);
    }
    int count = 1;
    for (long spent = 0; spent < WARM_UP_NS; ) {
      long took = timed(generated, count) + timed(byHand, count);
      spent += took;
      count = (int) Math.max(1, Math.min(count * 2L, count * ROUND_NS / Math.max(1, took / 2)));
    }
    long[] ours = new long[ROUNDS];
    long[] best = new long[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      ours[i] = timed(generated, count);
      best[i] = timed(byHand, count);
    }
    System.out.printf(
        "{\"what\":\"java: %s\",\"generated\":%.1f,\"byHand\":%.1f}%n",
        what, (double) median(ours) / count, (double) median(best) / count);
  }

  /** The thread's nanoseconds for so many calls. */
  private static long timed(Supplier<?> call, int count) {
    long start = THREADS.getCurrentThreadCpuTime();
    for (int i = 0; i < count; i++) {
      sink = call.get();
    }
    return THREADS.getCurrentThreadCpuTime() - start;
  }

  private static long median(long[] times) {
    Arrays.sort(times);
    return times[times.length / 2];
  }
}
