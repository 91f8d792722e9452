package runner;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import run.endive.compiler.MachineFactoryCompiler;
import run.endive.runtime.ByteArrayMemory;
import run.endive.runtime.Instance;
import run.endive.runtime.Machine;
import run.endive.wasm.Parser;
import run.endive.wasm.WasmModule;

/**
 * Very many calls that allocate, then new instances: what a fault of the JVM's compiler shows in.
 */
final class Soak {
  private static final int INSTANCES = 200;

  private Soak() {}

  public static void main(String[] args) {
    WasmModule module = Parser.parse(Path.of(args[0]));
    Function<Instance, Machine> machine = MachineFactoryCompiler.compile(module);
    int calls = Integer.parseInt(args[1]);
    Echoes echoes = instance(module, machine);
    for (int i = 0; i < calls; i++) {
      // texts of two numbers, so that the allocator meets blocks of few sizes
      echoes.echo().fill(i % 7 == 0 ? 40 : 10);
    }
    for (int i = 0; i < INSTANCES; i++) {
      check(instance(module, machine), i % 20);
    }
    System.out.println(calls + " calls and " + INSTANCES + " instances");
  }

  private static Echoes instance(WasmModule module, Function<Instance, Machine> machine) {
    return Echoes.instantiate(
        Instance.builder(module)
            .withMachineFactory(machine)
            .withMemoryFactory(ByteArrayMemory::new));
  }

  private static void check(Echoes echoes, int length) {
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      expected.add("text " + i);
    }
    List<String> texts = echoes.echo().texts(expected);
    if (!texts.equals(expected)) {
      throw new AssertionError(texts);
    }
  }
}
