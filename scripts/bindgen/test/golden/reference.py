"""Writes golden.json and golden.wit: what the canonical ABI makes of types and values.

The rules are those of the component model's CanonicalABI.md, stated once more and alone: nothing
of hams-bindgen is used. Run it without arguments, and `biome format --write` on the JSON.

A lowered value is a list of core values and the memory that they point at. Memory is a block
of bytes: two digits are a byte, `..` is padding, which may hold anything, and `&n` is four bytes
that point at the n-th block of `to`.
"""

import base64
import json
import math
import struct
from pathlib import Path

MAX_FLAT_PARAMETERS = 16
MAX_FLAT_RESULTS = 1
UTF16_TAG = 1 << 31
ENCODINGS = ("utf8", "utf16", "latin1+utf16")

INTEGERS = {"u8": 1, "s8": 1, "u16": 2, "s16": 2, "u32": 4, "s32": 4, "u64": 8, "s64": 8}
SIZES = {**INTEGERS, "bool": 1, "char": 4, "f32": 4, "f64": 8}


# Types: a text for one without parts, else a tuple of its kind and its parts. Declared types have
# their name second: ("record", name, [(field, type)]), ("variant", name, [(case, type or None)]),
# ("enum", name, [label]), ("flags", name, [label]).


def despecialize(t):
    """Tuples are records; enums, options and results are variants."""
    match t:
        case ("tuple", *parts):
            return ("record", None, [(str(i), part) for i, part in enumerate(parts)])
        case ("enum", name, labels):
            return ("variant", name, [(label, None) for label in labels])
        case ("option", value):
            return ("variant", None, [("none", None), ("some", value)])
        case ("result", ok, error):
            return ("variant", None, [("ok", ok), ("err", error)])
    return t


def wit(t):
    """The type as it is written where it is used."""
    if t is None:
        return "_"
    match t:
        case str():
            return t
        case (("list" | "option") as kind, part):
            return f"{kind}<{wit(part)}>"
        case ("tuple", *parts):
            return f"tuple<{', '.join(map(wit, parts))}>"
        case ("result", None, None):
            return "result"
        case ("result", ok, None):
            return f"result<{wit(ok)}>"
        case ("result", ok, error):
            return f"result<{wit(ok)}, {wit(error)}>"
    return t[1]


def declaration(t):
    kind, name, parts = t
    if kind == "record":
        inside = [f"{field}: {wit(part)}" for field, part in parts]
    elif kind == "variant":
        inside = [case if part is None else f"{case}({wit(part)})" for case, part in parts]
    else:
        inside = parts
    return f"  {kind} {name} {{ {', '.join(inside)} }}"


# Sizes and alignments.


def align_to(offset, alignment):
    return math.ceil(offset / alignment) * alignment


def discriminant_size(cases):
    return 1 if cases <= 1 << 8 else 2 if cases <= 1 << 16 else 4


def flags_size(labels):
    return 1 if labels <= 8 else 2 if labels <= 16 else 4


def alignment(t):
    match despecialize(t):
        case "string" | ("list", _):
            return 4
        case str() as primitive:
            return SIZES[primitive]
        case ("record", _, fields):
            return max(alignment(part) for _, part in fields)
        case ("variant", _, cases):
            return max(discriminant_size(len(cases)), payload_alignment(cases))
        case ("flags", _, labels):
            return flags_size(len(labels))


def payload_alignment(cases):
    return max((alignment(part) for _, part in cases if part is not None), default=1)


def size(t):
    match despecialize(t):
        case "string" | ("list", _):
            return 8
        case str() as primitive:
            return SIZES[primitive]
        case ("record", _, fields) as record:
            end = 0
            for _, part in fields:
                end = align_to(end, alignment(part)) + size(part)
            return align_to(end, alignment(record))
        case ("variant", _, cases) as variant:
            start = align_to(discriminant_size(len(cases)), payload_alignment(cases))
            widest = max((size(part) for _, part in cases if part is not None), default=0)
            return align_to(start + widest, alignment(variant))
        case ("flags", _, labels):
            return flags_size(len(labels))


# Flattening.


def flatten(t):
    match despecialize(t):
        case "u64" | "s64":
            return ["i64"]
        case "f32" | "f64" as float_type:
            return [float_type]
        case "string" | ("list", _):
            return ["i32", "i32"]
        case ("record", _, fields):
            return [core for _, part in fields for core in flatten(part)]
        case ("variant", _, cases):
            joined = []
            for _, part in cases:
                for i, core in enumerate(flatten(part) if part is not None else []):
                    if i < len(joined):
                        joined[i] = join(joined[i], core)
                    else:
                        joined.append(core)
            return ["i32", *joined]
    return ["i32"]


def join(a, b):
    if a == b:
        return a
    return "i32" if {a, b} == {"i32", "f32"} else "i64"


def signature(parameters, result, side):
    flat = [core for part in parameters for core in flatten(part)]
    results = flatten(result) if result is not None else []
    if len(flat) > MAX_FLAT_PARAMETERS:
        flat = ["i32"]
    if len(results) > MAX_FLAT_RESULTS:
        if side == "import":
            flat, results = [*flat, "i32"], []
        else:
            results = ["i32"]
    return {"parameters": flat, "results": results}


# Values as they are in a test's JSON: a u64 beyond 2^53 is a text of digits, floats that JSON has
# no number for are texts, and so on. See `number`, `numeral`, `octets`.


def number(value):
    return int(value) if isinstance(value, str) else value


def numeral(value):
    """A float of the JSON's: a number or one of four texts."""
    words = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf, "-0": -0.0}
    return words[value] if isinstance(value, str) else value


def octets(value):
    """A list<u8> of the JSON's: a text, or base64 where the bytes are no UTF-8."""
    return value.encode() if isinstance(value, str) else base64.b64decode(value["base64"])


def tag_and_payload(t, value):
    """Which case a JSON value is, and what it holds."""
    match t:
        case ("option", ("option", _)):
            return (0, None) if value is None else (1, value["some"])
        case ("option", _):
            return (0, None) if value is None else (1, value)
        case ("result", _, _):
            ((label, payload),) = value.items()
            return (0 if label == "ok" else 1, payload)
        case ("enum", _, labels):
            return (labels.index(value), None)
        case ("variant", _, cases):
            names = [case for case, _ in cases]
            if isinstance(value, str):
                return (names.index(value), None)
            ((label, payload),) = value.items()
            return (names.index(label), payload)


def camel(name):
    first, *rest = name.split("-")
    return first + "".join(word.capitalize() for word in rest)


def fields_of(t, value):
    """The parts of a record or tuple with their values; a field left out is an absent option."""
    match t:
        case ("tuple", *parts):
            return list(zip(parts, value, strict=True))
        case ("record", _, fields):
            return [(part, value.get(camel(field))) for field, part in fields]


def bits(labels, value):
    return sum(1 << i for i, label in enumerate(labels) if label in value)


# Storing a value in a block of memory.


class Block:
    """A block under way: a text a byte, and the blocks that it points at."""

    def __init__(self, align, length, encoding):
        self.align = align
        self.cells = [".."] * length
        self.to = []
        self.encoding = encoding

    def put(self, at, data):
        self.cells[at : at + len(data)] = [f"{byte:02x}" for byte in data]

    def point(self, at, block, length):
        self.cells[at : at + 4] = [f"&{len(self.to)}", None, None, None]
        self.to.append(block)
        self.put(at + 4, struct.pack("<I", length))

    def json(self):
        cells = " ".join(cell for cell in self.cells if cell is not None)
        block = {"align": self.align, "bytes": cells}
        return {**block, "to": [b.json() for b in self.to]} if self.to else block


def store(block, at, t, value):
    match t:
        case "bool":
            block.put(at, bytes([value]))
        case "char":
            block.put(at, struct.pack("<I", ord(value)))
        case "f32":
            block.put(at, struct.pack("<f", numeral(value)))
        case "f64":
            block.put(at, struct.pack("<d", numeral(value)))
        case "string":
            block.point(at, *string_block(value, block.encoding))
        case str() as integer:
            block.put(
                at, number(value).to_bytes(SIZES[integer], "little", signed=integer[0] == "s")
            )
        case ("list", element):
            block.point(at, *list_block(element, value, block.encoding))
        case ("flags", _, labels):
            block.put(at, bits(labels, value).to_bytes(flags_size(len(labels)), "little"))
        case ("record", *_) | ("tuple", *_):
            for part, part_value in fields_of(t, value):
                at = align_to(at, alignment(part))
                store(block, at, part, part_value)
                at += size(part)
        case _:
            cases = despecialize(t)[2]
            index, payload = tag_and_payload(t, value)
            width = discriminant_size(len(cases))
            block.put(at, index.to_bytes(width, "little"))
            if cases[index][1] is not None:
                start = at + align_to(width, payload_alignment(cases))
                store(block, start, cases[index][1], payload)


def string_block(text, encoding):
    """The block of a text, and its length as it is passed."""
    if encoding == "utf8":
        data, align = text.encode(), 1
        length = len(data)
    elif encoding == "latin1+utf16" and all(ord(c) < 256 for c in text):
        data, align = text.encode("latin-1"), 2
        length = len(data)
    else:
        data, align = text.encode("utf-16-le"), 2
        tag = UTF16_TAG if encoding == "latin1+utf16" else 0
        length = len(data) // 2 | tag
    block = Block(align, len(data), encoding)
    block.put(0, data)
    return block, length


def list_block(element, value, encoding):
    values = list(octets(value)) if element == "u8" else value
    block = Block(alignment(element), size(element) * len(values), encoding)
    for i, each in enumerate(values):
        store(block, i * size(element), element, each)
    return block, len(values)


# Lowering a value to core values: ("i32", 5) or ("i32", Block).


def lower(t, value, encoding):
    match t:
        case "string":
            block, length = string_block(value, encoding)
            return [("i32", block), ("i32", length)]
        case ("list", element):
            block, length = list_block(element, value, encoding)
            return [("i32", block), ("i32", length)]
        case ("record", *_) | ("tuple", *_):
            return [core for part, v in fields_of(t, value) for core in lower(part, v, encoding)]
        case "f32":
            return [("f32", struct.unpack("<I", struct.pack("<f", numeral(value)))[0])]
        case "f64":
            return [("f64", struct.unpack("<Q", struct.pack("<d", numeral(value)))[0])]
        case "bool":
            return [("i32", int(value))]
        case "char":
            return [("i32", ord(value))]
        case str() as integer:
            core = flatten(integer)[0]
            return [(core, number(value) % (1 << (64 if core == "i64" else 32)))]
        case ("flags", _, labels):
            return [("i32", bits(labels, value))]
    cases = despecialize(t)[2]
    index, payload = tag_and_payload(t, value)
    held = flatten(t)[1:]
    part = cases[index][1]
    own = lower(part, payload, encoding) if part is not None else []
    # the bits stay what they are, the core type is the joined one, the rest is zero
    values = [(core, own[i][1] if i < len(own) else 0) for i, core in enumerate(held)]
    return [("i32", index), *values]


def lower_values(types, values, encoding, most):
    """Core values, or a pointer at them all where they are more than `most`."""
    if sum(len(flatten(t)) for t in types) > most:
        whole = ("tuple", *types)
        block = Block(alignment(whole), size(whole), encoding)
        store(block, 0, whole, values)
        return [("i32", block)]
    return [core for t, v in zip(types, values, strict=True) for core in lower(t, v, encoding)]


def lowered(cores):
    """As JSON: `i32 5`, `f32 3f800000` (its bits), or `i32 &0` for a pointer."""
    to, texts = [], []
    for core, value in cores:
        if isinstance(value, Block):
            texts.append(f"{core} &{len(to)}")
            to.append(value.json())
        elif core in ("f32", "f64"):
            texts.append(f"{core} {value:0{8 if core == 'f32' else 16}x}")
        else:
            texts.append(f"{core} {value}")
    return {"core": texts, "to": to} if to else {"core": texts}


def holds_text(t):
    if t is None or isinstance(t, str):
        return t == "string"
    if t[0] in ("enum", "flags"):
        return False
    parts = [part for _, part in t[2]] if t[0] in ("record", "variant") else t[1:]
    return any(map(holds_text, parts))


def by_encoding(types, values, most):
    """What is lowered under each encoding; under `any` where there is no text."""
    if not any(map(holds_text, types)):
        return {"any": lowered(lower_values(types, values, "utf16", most))}
    return {e: lowered(lower_values(types, values, e, most)) for e in ENCODINGS}


# The tables.

COLOR = ("enum", "color", ["red", "green", "blue"])
MANY = ("enum", "many", [f"c{i}" for i in range(257)])
FULL = ("enum", "full", [f"c{i}" for i in range(256)])
FEW = ("flags", "few", ["a", "b", "c"])
EIGHT = ("flags", "eight", [f"l{i}" for i in range(8)])
NINE = ("flags", "nine", [f"l{i}" for i in range(9)])
SIXTEEN = ("flags", "sixteen", [f"l{i}" for i in range(16)])
SEVENTEEN = ("flags", "seventeen", [f"l{i}" for i in range(17)])
ALL = ("flags", "all-bits", [f"l{i}" for i in range(32)])
POINT = ("record", "point", [("x", "s8"), ("y-axis", "f64"), ("color", COLOR)])
SAW = ("record", "saw", [("a", "u8"), ("b", "u64"), ("c", "u8"), ("d", "u16"), ("e", "u8")])
TEXTS = (
    "record",
    "texts",
    [("name", "string"), ("hint", ("option", "string")), ("rest", ("list", "string"))],
)
MIXED = (
    "variant",
    "mixed",
    [
        ("nothing", None),
        ("byte", "u8"),
        ("single", "f32"),
        ("double", "f64"),
        ("long", "s64"),
        ("text", "string"),
        ("point", POINT),
        ("numbers", ("list", "u16")),
        ("maybe", ("option", "u8")),
    ],
)
NARROW = (
    "variant",
    "narrow",
    [("a", "f32"), ("b", "u32"), ("c", "s8"), ("d", "bool"), ("e", None)],
)
CROSSED = (
    "variant",
    "crossed",
    [("a", ("tuple", "f32", "f64", "u32", "u64")), ("b", ("tuple", "u64", "u32", "f64", "f32"))],
)
WIDE_CASES = (
    "variant",
    "wide-cases",
    [(f"c{i}", {0: "u8", 255: "u64", 256: "string"}.get(i)) for i in range(257)],
)
DECLARED = [COLOR, MANY, FULL, FEW, EIGHT, NINE, SIXTEEN, SEVENTEEN, ALL, POINT, SAW, TEXTS, MIXED]
DECLARED += [NARROW, CROSSED, WIDE_CASES]

LABELS = [f"l{i}" for i in range(32)]
A_POINT = {"x": -3, "yAxis": 0.5, "color": "blue"}
SOME_TEXTS = {"name": "Zürich", "hint": "", "rest": ["a", "", "\U0001f980"]}
NO_HINT = {"name": "\ufeffé", "rest": []}

# a type, and some of its values
ECHOED = [
    ("bool", [False, True]),
    ("u8", [0, 255]),
    ("s8", [-128, 127]),
    ("u16", [0, 65535]),
    ("s16", [-32768, 32767]),
    ("u32", [0, 4294967295]),
    ("s32", [-2147483648, 2147483647]),
    ("u64", [0, 9007199254740991, "9007199254740992", "18446744073709551615"]),
    ("s64", [-1, "-9223372036854775808", "9223372036854775807"]),
    ("f32", [1.5, "-0", "NaN", "Infinity", "-Infinity", 1.401298464324817e-45]),
    ("f64", [0.1, "-0", "NaN", "Infinity", "-Infinity", 5e-324]),
    ("char", ["a", "é", "\ud7ff", "\ue000", "\U0010ffff"]),
    ("string", ["", "a", "é", "Zürich", "東京", "a\U0001f980b", "\ufeffmark", "nul\u0000l"]),
    (COLOR, ["red", "blue"]),
    (FULL, ["c0", "c255"]),
    (MANY, ["c0", "c255", "c256"]),
    (FEW, [[], ["a", "c"]]),
    (EIGHT, [LABELS[:8], ["l7"]]),
    (NINE, [LABELS[:9], ["l8"], ["l0"]]),
    (SIXTEEN, [LABELS[:16], ["l8", "l15"]]),
    (SEVENTEEN, [LABELS[:17], ["l1", "l16"]]),
    (ALL, [[], LABELS, ["l31"]]),
    (POINT, [A_POINT]),
    (SAW, [{"a": 1, "b": 2, "c": 3, "d": 4, "e": 5}]),
    (TEXTS, [SOME_TEXTS, NO_HINT]),
    (("tuple", "u8"), [[7]]),
    (("tuple", "u8", "u16", "u8", "u64"), [[1, 2, 3, 4]]),
    (("tuple", ("tuple", "u8", "u64"), "u8"), [[[1, 2], 3]]),
    (("list", "u8"), ["", "text", {"base64": "/wA="}]),
    (("list", "s16"), [[], [-1, 2]]),
    (("list", "u64"), [[1, "18446744073709551615"]]),
    (("list", "f32"), [[0.5, "-0"]]),
    (("list", "bool"), [[True, False, True]]),
    (("list", "char"), [["a", "\U0001f980"]]),
    (("list", "string"), [["a", "", "é東"]]),
    (("list", ("list", "u16")), [[[], [1], [2, 3]]]),
    (("list", SAW), [[{"a": 1, "b": 2, "c": 3, "d": 4, "e": 5}] * 2]),
    (("list", ("tuple", "u8", "u16")), [[[1, 2], [3, 4]]]),
    (("list", ("option", "u64")), [[None, 5]]),
    (("list", MIXED), [["nothing", {"text": "t"}, {"double": -1.5}]]),
    (("option", "u8"), [None, 0]),
    (("option", "u64"), [None, 1]),
    (("option", "string"), [None, "", "text"]),
    (("option", ("option", "u8")), [None, {"some": None}, {"some": 3}]),
    (("option", ("tuple", "u8", "f32")), [None, [1, 2.5]]),
    (
        MIXED,
        ["nothing", {"byte": 9}, {"single": 1.5}, {"double": 0.1}, {"long": -1}, {"text": "é"}],
    ),
    (MIXED, [{"point": A_POINT}, {"numbers": [1, 65535]}, {"maybe": None}, {"maybe": 4}]),
    (NARROW, [{"a": 1.5}, {"b": 4294967295}, {"c": -1}, {"d": True}, "e"]),
    (CROSSED, [{"a": [1.5, 2.5, 3, 4]}, {"b": [1, 2, 3.5, 4.5]}]),
    (WIDE_CASES, [{"c0": 1}, "c1", {"c255": 2}, {"c256": "text"}]),
    (("option", MIXED), [None, {"single": 0.25}]),
    (("tuple", ("result", "u32", "string")), [[{"ok": 1}], [{"err": "no"}]]),
    (("tuple", ("result", None, "u64")), [[{"ok": None}], [{"err": 2}]]),
    (("tuple", ("result", "f32", None)), [[{"ok": 0.5}], [{"err": None}]]),
    (("tuple", ("result", None, None)), [[{"ok": None}], [{"err": None}]]),
    (("result", "u8", "string"), [{"ok": 1}, {"err": "failed"}]),
    (("result", ("list", "string"), COLOR), [{"ok": ["a"]}, {"err": "green"}]),
]

# parameters, result, and calls: arguments with the answer
CALLS = [
    ([], None, [([], None)]),
    (["u8"] * 16, "u8", [(list(range(16)), 1)]),
    (["u8"] * 17, "u8", [(list(range(17)), 2)]),
    (["string"] * 8, None, [(list("abcdefgh"), None)]),
    (["string"] * 8 + ["u8"], "string", [([*"abcdefgh", 9], "i")]),
    (
        ["u8", "u64", "u8", "f64", MIXED, "bool"],
        "bool",
        [([1, 2, 3, 4.5, {"long": 5}, True], False)],
    ),
    (
        [TEXTS, POINT, MIXED, SAW],
        MIXED,
        [
            (
                [SOME_TEXTS, A_POINT, {"text": "x"}, {"a": 1, "b": 2, "c": 3, "d": 4, "e": 5}],
                {"byte": 1},
            ),
        ],
    ),
    ([("option", "f32"), ("option", "u64")], ("tuple", "u64", "u8"), [([0.5, None], [6, 7])]),
    ([("tuple", *["u32"] * 15), "u8"], "u64", [([list(range(15)), 255], "18446744073709551615")]),
    ([("tuple", *["u32"] * 15), "u8", "u8"], "f32", [([list(range(15)), 255, 1], 0.5)]),
]


def function(name, parameters, result, calls):
    cases = []
    for arguments, answer in calls:
        case = {
            "args": arguments,
            "lowered": by_encoding(parameters, arguments, MAX_FLAT_PARAMETERS),
        }
        if result is not None:
            returned = by_encoding([result], [answer], MAX_FLAT_RESULTS)
            case |= {"result": answer, "returned": returned}
        cases.append(case)
    return {
        "name": name,
        "parameters": list(map(wit, parameters)),
        **({"result": wit(result)} if result is not None else {}),
        "export": signature(parameters, result, "export"),
        "import": signature(parameters, result, "import"),
        "cases": cases,
    }


def main():
    rows = [([t], t, [([v], v) for v in values]) for t, values in ECHOED] + CALLS
    functions = [function(f"row{i}", *row) for i, row in enumerate(rows)]
    distinct = {wit(t): t for t, _ in ECHOED}
    types = [
        {"wit": text, "size": size(t), "align": alignment(t), "flat": flatten(t)}
        for text, t in distinct.items()
    ]
    here = Path(__file__).parent
    table = {"types": types, "functions": functions}
    lines = [
        f'  "{key}": [\n' + ",\n".join(f"    {json.dumps(row)}" for row in rows) + "\n  ]"
        for key, rows in table.items()
    ]
    (here / "golden.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")
    (here / "golden.wit").write_text(world(rows))


def world(rows):
    """One function a row; `peek` and `poke` reach the guest's memory through any host."""
    functions = []
    for i, (parameters, result, _) in enumerate(rows):
        listed = ", ".join(f"p{n}: {wit(t)}" for n, t in enumerate(parameters))
        functions.append(
            f"  row{i}: func({listed}){f' -> {wit(result)}' if result is not None else ''};"
        )
    return "\n".join(
        [
            "// Written by reference.py.",
            "package test:golden;",
            "",
            "interface table {",
            *map(declaration, DECLARED),
            *functions,
            "}",
            "",
            "world golden {",
            "  import table;",
            "  export table;",
            "  /// Calls the imported function of this number.",
            "  export call-import: func(which: u32);",
            "  /// What the guest has in memory.",
            "  export peek: func(at: u32, count: u32) -> list<u8>;",
            "  /// Puts bytes into the guest's memory.",
            "  export poke: func(at: u32, bytes: list<u8>);",
            "}",
            "",
        ]
    )


if __name__ == "__main__":
    main()
