package bench;

import java.io.IOException;
import java.nio.file.Path;
import run.endive.build.time.compiler.Config;
import run.endive.build.time.compiler.Generator;

/** Compiles a core module to classes: {@code Aot MODULE FOLDER}, as Endive's Maven plugin does. */
final class Aot {
  private Aot() {}

  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[1]);
    Generator generator =
        new Generator(
            Config.builder()
                .withWasmFile(Path.of(args[0]))
                .withName("bench.EchoCore")
                .withTargetClassFolder(folder.resolve("classes"))
                .withTargetSourceFolder(folder.resolve("core"))
                .withTargetWasmFolder(folder.resolve("classes"))
                .build());
    generator.generateMetaWasm(generator.generateResources());
    generator.generateSources();
  }
}
