package runner;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Function;
import run.endive.compiler.MachineFactoryCompiler;
import run.endive.runtime.ByteArrayMemory;
import run.endive.runtime.Instance;
import run.endive.runtime.Machine;
import run.endive.wasm.Parser;
import run.endive.wasm.WasmModule;

/** Calls a core module, which is compiled first, as the lines on its input say. */
final class Runner {
  private Runner() {}

  public static void main(String[] args) throws IOException {
    WasmModule module = Parser.parse(Path.of(args[0]));
    Function<Instance, Machine> machine = MachineFactoryCompiler.compile(module);
    WorldSession session =
        new WorldSession(
            () ->
                Instance.builder(module)
                    .withMachineFactory(machine)
                    .withMemoryFactory(ByteArrayMemory::new));
    System.exit(session.serve(System.in, System.out));
  }
}
