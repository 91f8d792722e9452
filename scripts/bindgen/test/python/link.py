"""Instantiates the components of a folder, which only trap: `link.py FOLDER MODULE …`."""

import importlib
import sys

from wasmtime import Config, Engine
from wasmtime.component import Component

folder, *modules = sys.argv[1:]
sys.path.insert(0, folder)


class Anything:
    """Has every interface and every function."""

    def __getattr__(self, name):
        return Anything()

    def __call__(self, *arguments):
        raise NotImplementedError


config = Config()
config.wasm_component_model_implements = True  # two imports of one interface
engine = Engine(config)
linked = 0
for module in modules:
    session = importlib.import_module(f"corpus.{module}_json").SESSION
    component = Component.from_file(engine, f"{folder}/{module}.wasm")
    imports = [Anything()] if session.imports else []
    for public in (False, True):
        try:
            world = session.world(engine, component, *imports, public=public)
        except Exception as error:
            error.add_note(f"world {module}, public={public}")
            raise
        for export in session.exports.values():
            if not export.method:
                called = world
                for step in export.path.split("."):
                    called = getattr(called, step)
                assert callable(called), (module, export)
        world.close()
    linked += 1
print(linked, "linked")
