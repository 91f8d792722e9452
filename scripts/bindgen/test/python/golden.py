"""Seeded values of every type through both ways into wasmtime, which must agree.

`golden.py FOLDER PACKAGE.MODULE COMPONENT COUNT` prints how many calls were
compared, and how many the public way could not make.
"""

import importlib
import math
import random
import sys

from wasmtime import Engine
from wasmtime.component import Component

folder, module, component, count = sys.argv[1:]
sys.path.insert(0, folder)
package = module.split(".")[0]
session = importlib.import_module(module).SESSION
types = importlib.import_module(f"{package}._abi")
errors = importlib.import_module(f"{package}._errors")
shapes = importlib.import_module(f"{package}._shapes")

TEXTS = [
    "",
    "a",
    "é",
    "\U0001f600",
    "\ufeff",
    "\0",
    "\ud800",
    "\ud83d\ude00",
    "x" * 200,
]
FLOATS = [0.0, -0.0, 1.5, -1e30, math.inf, -math.inf, math.nan, 2.0**-140]


def value_of(codec, chance):
    """A value of the codec's type."""
    match codec:
        case types.Numbers() | types.List():
            return [value_of(codec.element, chance) for _ in range(chance.randrange(4))]
        case types.Tuple():
            return tuple(value_of(c, chance) for c in codec.items)
        case types.Record():
            return codec.made(*[value_of(c, chance) for _, _, c in codec.fields])
        case types.Enumeration():
            return chance.choice(list(codec.made))
        case types.Flags():
            return codec.made(chance.getrandbits(len(codec.labels)))
        case types.Option():
            if chance.randrange(3) == 0:
                return None
            value = value_of(codec.value, chance)
            return shapes.Some(value) if codec.nested else value
        case types.Result():
            made, payload = chance.choice(
                [(shapes.Ok, codec.ok), (shapes.Err, codec.err)]
            )
            return made(value_of(payload, chance) if payload else None)
        case types.Variant():
            made, _, payload = chance.choice(codec.cases)
            return made(value_of(payload, chance)) if payload else made()
    if codec is types.BOOL:
        return chance.randrange(2) == 1
    if codec is types.CHAR:
        return chance.choice("aé\U0001f600\0\ud7ff")
    if codec is types.STRING:
        return "".join(chance.choices(TEXTS, k=chance.randrange(4)))
    if codec is types.BYTES:
        return chance.randbytes(chance.randrange(40))
    if codec in (types.F32, types.F64):
        return chance.choice(FLOATS)
    if codec is types.U32:
        return chance.randrange(1000)  # what `fill` makes so many texts of
    return chance.choice([codec.low, codec.high, chance.randint(codec.low, codec.high)])


def outcome(world, path, arguments):
    """What the call gives, as text: a NaN is none but itself."""
    call = world
    for step in path.split("."):
        call = getattr(call, step)
    try:
        return repr(call(*arguments))
    except errors.ComponentError as error:
        return repr(error)
    except errors.WrongTypeError as error:
        return f"refused: {error}"


engine = Engine()
loaded = Component.from_file(engine, component)
fast = session.world(engine, loaded)
public = session.world(engine, loaded, public=True)
assert fast._instance.raw and not public._instance.raw
chance = random.Random(7)
exports = [e for e in session.exports.values() if not e.method]
unable = 0
for i in range(int(count)):
    export = exports[i % len(exports)]
    arguments = [value_of(c, chance) for _, c in export.signature.parameters]
    expected = outcome(fast, export.path, arguments)
    try:
        found = outcome(public, export.path, arguments)
    except errors.RefusedError as error:
        assert "public functions cannot pass" in str(error), error
        unable += 1
        continue
    assert found == expected, (export.path, arguments, expected, found)
print(f"{count} compared, {unable} beyond the public way")
