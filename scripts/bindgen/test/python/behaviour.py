"""What users of the bindings meet: `behaviour.py FOLDER ECHOES RELAYS RESOURCES`."""

from __future__ import annotations

import gc
import os
import resource
import sys
import threading
import unittest
import weakref
from contextlib import ExitStack
from types import SimpleNamespace
from unittest import mock

from wasmtime import Engine, WasmtimeError, component
from wasmtime.component import Component

folder, *paths = sys.argv[1:]
sys.path.insert(0, folder)

from bindings import (  # noqa: E402
    _abi,
    _choices,
    _memory,
    _types,
    echoes,
    relays,
    resources,
)
from bindings.echoes import (  # noqa: E402
    Color,
    ComponentError,
    Err,
    Few,
    MixedByte,
    MixedPoints,
    Ok,
    Point,
    RefusedError,
    Some,
    TooLargeError,
    TrapError,
    WrongTypeError,
    WrongValueError,
)

ENGINE = Engine()
ECHOES, RELAYS, RESOURCES = (Component.from_file(ENGINE, path) for path in paths)
PUBLIC = bool(os.environ.get("HAMS_BINDGEN_PUBLIC"))


class Case(unittest.TestCase):
    """A test that may look at the message of what is raised."""

    def assert_raises(self, kind, message, call, *arguments):
        with self.assertRaises(kind) as raised:
            call(*arguments)
        self.assertEqual(str(raised.exception), message)
        return raised.exception


class Refusals(Case):
    """Nothing crosses, and the next call works."""

    def setUp(self):
        self.echo = echoes.Echoes(ENGINE, ECHOES).echo

    def tearDown(self):
        self.assertEqual(self.echo.byte(7), 7)

    def test_a_number_out_of_range_is_a_value_error(self):
        message = "a: 256 is not an integer from 0 to 255"
        error = self.assert_raises(WrongValueError, message, self.echo.byte, 256)
        self.assertIsInstance(error, ValueError)
        self.assertIsInstance(error, RefusedError)

    def test_a_value_of_another_type_is_a_type_error(self):
        message = "a: '7' is not an integer from 0 to 255"
        error = self.assert_raises(WrongTypeError, message, self.echo.byte, "7")
        self.assertIsInstance(error, TypeError)
        self.assertIsInstance(error, RefusedError)

    def test_the_path_leads_to_what_is_wrong(self):
        points = [Point(1, 1.5, Color.RED), Point(200, 1.5, Color.RED)]
        message = "a[1].value[1].x: 200 is not an integer from -128 to 127"
        values = [MixedByte(1), MixedPoints(points)]
        self.assert_raises(WrongValueError, message, self.echo.many_mixed, values)
        message = "a[0][0][1]: 1.5 is not an integer from 0 to 255"
        self.assert_raises(WrongTypeError, message, self.echo.tables, [[("a", 1.5)]])
        message = "a.value: 5 is not a text"
        self.assert_raises(WrongTypeError, message, self.echo.either, Err(5))

    def test_what_looks_alike_is_refused(self):
        echo = self.echo
        self.assert_raises(WrongTypeError, "a: 1 is not True or False", echo.truth, 1)
        self.assert_raises(WrongTypeError, "a: 'ab' is not a list", echo.texts, "ab")
        self.assert_raises(WrongTypeError, "a: b'a' is not a text", echo.text, b"a")
        self.assert_raises(WrongTypeError, "a: [1] is not bytes", echo.bytes_, [1])
        self.assert_raises(
            WrongTypeError, "a: 'red' is not of Color", echo.a_color, "red"
        )
        self.assert_raises(WrongTypeError, "a: 1 is not of Few", echo.a_few, 1)
        self.assert_raises(
            WrongTypeError, "a: None is not of Point", echo.a_point, None
        )
        self.assert_raises(
            WrongTypeError, "a: None is not of Mixed", echo.a_mixed, None
        )
        self.assert_raises(WrongTypeError, "a: 5 is not of Ok or Err", echo.either, 5)
        self.assert_raises(
            WrongTypeError, "a: True is not None or of Some", echo.nested, True
        )
        message = "a.value: 5 is not None"
        self.assert_raises(WrongTypeError, message, echo.neither, Ok(5))

    def test_a_character_is_one_and_no_surrogate(self):
        for text in ("", "ab", "\ud800"):
            message = f"a: {text!r} is not a text of one character"
            self.assert_raises(WrongValueError, message, self.echo.character, text)

    def test_a_float_that_32_bits_do_not_hold(self):
        message = "a: 1e+300 is not a number of 32 bits"
        self.assert_raises(WrongValueError, message, self.echo.single, 1e300)
        message = "c[1]: 1e+300 is not a number of 32 bits"
        arguments = ([], [], [1.0, 1e300], [])
        self.assert_raises(WrongValueError, message, self.echo.long_numbers, *arguments)

    def test_a_text_of_too_many_units(self):
        self.assertEqual(self.echo.length("\U0001f600" * 524_288), 1_048_576)
        message = "a: 1048578 UTF-16 code units, at most 1048576 fit"
        error = self.assert_raises(
            TooLargeError, message, self.echo.length, "\U0001f600" * 524_289
        )
        self.assertIsInstance(error, ValueError)

    def test_a_list_of_too_many_elements(self):
        message = "a: 8388609 elements, at most 8388608 fit"
        self.assert_raises(TooLargeError, message, self.echo.bytes_, bytes(8_388_609))


class Values(Case):
    """What comes back is what was sent, as Python has it."""

    def setUp(self):
        self.echo = echoes.Echoes(ENGINE, ECHOES).echo

    def test_a_lone_surrogate_becomes_the_replacement_character(self):
        self.assertEqual(self.echo.text("a\ud800b"), "a\ufffdb")
        self.assertEqual(self.echo.text("\udc00\udc00"), "\ufffd\ufffd")
        self.assertEqual(self.echo.text("\ud83d\ude00"), "\U0001f600")

    def test_a_leading_byte_order_mark_stays(self):
        self.assertEqual(self.echo.text("\ufeffa"), "\ufeffa")

    def test_a_result_is_returned_or_raised(self):
        self.assertEqual(self.echo.either(Ok(5)), 5)
        error = self.assert_raises(ComponentError, "'no'", self.echo.either, Err("no"))
        self.assertEqual(error.payload, "no")
        self.assertIsNone(self.echo.neither(Ok(None)))
        self.assert_raises(ComponentError, "None", self.echo.neither, Err(None))

    def test_a_result_inside_of_a_value_is_one(self):
        point = Point(1, 1.5, Color.DARK_GREEN)
        self.assertEqual(self.echo.one_side(Err(point)), (Err(point),))
        self.assertEqual(self.echo.one_side(Ok(None)), (Ok(None),))

    def test_lists_are_lists_and_bytes_are_bytes(self):
        self.assertEqual(self.echo.texts(("a", "b")), ["a", "b"])
        self.assertEqual(self.echo.bytes_(bytearray(b"ab")), b"ab")
        self.assertEqual(self.echo.bytes_(memoryview(b"abcd")[::2]), b"ac")

    def test_a_whole_number_may_stand_for_a_float(self):
        self.assertEqual(self.echo.single(3), 3.0)

    def test_values_are_frozen_and_compare(self):
        point = Point(1, 1.5, Color.RED)
        with self.assertRaises(AttributeError):
            point.x = 2
        self.assertEqual(point, Point(1, 1.5, Color.RED))
        self.assertEqual(hash(point), hash(Point(1, 1.5, Color.RED)))
        self.assertEqual(self.echo.a_few(Few.A | Few.C), Few.C | Few.A)

    def test_a_list_longer_than_the_memory_for_arguments(self):
        texts = ["x" * 1000] * 1000
        self.assertEqual(self.echo.texts(texts), texts)


class Ends(Case):
    """When an instance is over."""

    def test_a_trap_ends_it(self):
        echo = echoes.Echoes(ENGINE, ECHOES).echo
        message = (
            "the component trapped: wasm trap: wasm `unreachable` instruction executed"
        )
        error = self.assert_raises(TrapError, message, echo.fill, 50_000_000)
        self.assertIsInstance(error.__cause__, WasmtimeError)
        message = "the component trapped in an earlier call"
        later = self.assert_raises(TrapError, message, echo.byte, 7)
        self.assertIs(later.__cause__, error.__cause__)

    def test_close_ends_it_and_may_be_called_again(self):
        with echoes.Echoes(ENGINE, ECHOES) as world:
            echo = world.echo
            self.assertEqual(echo.byte(7), 7)
        world.close()
        self.assert_raises(WrongValueError, "the instance is closed", echo.byte, 7)

    def test_a_component_of_another_world_is_told(self):
        missing = "the component does not export test:resources/counters@0.1.0"
        host = SimpleNamespace(
            store=Anything(), twins=Anything(), next=1, note=1, choose=1
        )
        self.assert_raises(
            WrongValueError, missing, resources.Resources, ENGINE, ECHOES, host
        )
        with self.assertRaises(TrapError) as raised:
            echoes.Echoes(ENGINE, RELAYS)
        self.assertIn("the component cannot be made: ", str(raised.exception))

    def test_two_instances_share_nothing(self):
        first, second = echoes.Echoes(ENGINE, ECHOES), echoes.Echoes(ENGINE, ECHOES)
        with self.assertRaises(TrapError):
            first.echo.fill(50_000_000)
        self.assertEqual(second.echo.byte(7), 7)


class Anything:
    """Has every function, which returns its first argument."""

    def __getattr__(self, name):
        return lambda *arguments: arguments[0] if arguments else None


class Imports(Case):
    """Functions that the host implements."""

    def make(self, **functions):
        host = Anything()
        vars(host).update(functions)
        return relays.Relays(ENGINE, RELAYS, SimpleNamespace(echo=host)).echo

    def test_the_component_gets_what_the_host_returns(self):
        echo = self.make(text=lambda a: a + "!", texts=tuple)
        self.assertEqual(echo.text("a"), "a!")
        self.assertEqual(echo.texts(["a", "b"]), ["a", "b"])

    def test_the_error_of_a_result_is_raised_on_both_sides(self):
        def either(result):
            raise relays.ComponentError("no")

        error = self.assert_raises(
            relays.ComponentError, "'no'", self.make(either=either).either, relays.Ok(5)
        )
        self.assertEqual(error.payload, "no")

    def test_an_exception_of_the_host_is_the_cause_of_a_trap(self):
        def text(a):
            raise KeyError("ink")

        echo = self.make(text=text)
        message = "the component trapped: KeyError: 'ink'"
        error = self.assert_raises(relays.TrapError, message, echo.text, "a")
        self.assertIsInstance(error.__cause__, KeyError)
        message = "the component trapped in an earlier call"
        self.assert_raises(relays.TrapError, message, echo.text, "a")

    def test_an_interrupt_stays_one(self):
        def text(a):
            raise KeyboardInterrupt

        echo = self.make(text=text)
        with self.assertRaises(KeyboardInterrupt):
            echo.text("a")
        message = "the component trapped in an earlier call"
        self.assert_raises(relays.TrapError, message, echo.text, "a")

    def test_a_wrong_value_of_the_host_is_a_trap(self):
        message = (
            "the component trapped: WrongTypeError: what it returned: 5 is not a text"
        )
        echo = self.make(text=lambda a: 5)
        self.assert_raises(relays.TrapError, message, echo.text, "a")

    def test_the_component_cannot_be_entered_again(self):
        def text(a):
            try:
                echo.byte(7)
            except relays.BusyError as error:
                return str(error)

        echo = self.make(text=text)
        message = "the component is in a call, and takes one at a time"
        self.assertEqual(echo.text("a"), message)
        self.assertEqual(echo.byte(7), 7)

    def test_another_thread_is_refused_meanwhile(self):
        inside, done = threading.Event(), threading.Event()

        def text(a):
            inside.set()
            done.wait(10)
            return a

        echo = self.make(text=text)
        thread = threading.Thread(target=echo.text, args=("a",))
        thread.start()
        self.assertTrue(inside.wait(10))
        with self.assertRaises(relays.BusyError):
            echo.byte(7)
        done.set()
        thread.join()
        self.assertEqual(echo.byte(7), 7)


class Objects(Case):
    """Objects of the component, and of the host."""

    def setUp(self):
        self.closed = []
        self.world = self.make()
        self.counters = self.world.counters

    def make(self):
        host = Anything()
        store = Anything()
        vars(store).update(names_of=lambda all: [each.name() for each in all])
        vars(host).update(store=store, twins=Anything(), next=lambda: 5)
        return resources.Resources(ENGINE, RESOURCES, host)

    def item(self, name):
        return SimpleNamespace(
            name=lambda: name, close=lambda: self.closed.append(name)
        )

    def test_an_object_ends_with_its_block(self):
        with self.counters.counter(5) as counter:
            self.assertEqual(counter.add(2), 7)
        counter.close()
        self.assertEqual(self.counters.disposed(), 1)
        message = "self: this Counter was closed or passed on"
        self.assert_raises(resources.WrongValueError, message, counter.add, 1)

    def test_what_was_given_away_is_of_no_use(self):
        counter = self.counters.counter(5)
        self.assertEqual(self.counters.take(counter), 5)
        counter.close()
        self.assertEqual(self.counters.disposed(), 0)
        message = "it: this Counter was closed or passed on"
        self.assert_raises(
            resources.WrongValueError, message, self.counters.peek, counter
        )

    def test_one_object_cannot_be_given_twice(self):
        counter = self.counters.counter(5)
        message = "both.second: this Counter is passed twice"
        pair = resources.Pair(counter, counter)
        self.assert_raises(resources.WrongValueError, message, self.counters.swap, pair)
        self.assertEqual(counter.value(), 5)

    def test_an_object_belongs_to_its_instance(self):
        other = self.make().counters.counter(5)
        with self.assertRaises(resources.WrongValueError) as raised:
            self.counters.peek(other)
        self.assertIn("is not of this instance", str(raised.exception))

    def test_what_is_no_object_is_refused(self):
        message = "it: 5 is not of Counter"
        self.assert_raises(resources.WrongTypeError, message, self.counters.peek, 5)
        with self.assertRaises(resources.WrongTypeError) as raised:
            self.world.keeper.consume(5)
        self.assertEqual(str(raised.exception), "it: 5 is no item: it has no close()")

    def test_an_object_of_the_host_is_closed_once(self):
        self.assertEqual(self.world.keeper.consume(self.item("tea")), "tea")
        self.assertEqual(self.closed, ["tea"])
        self.assertEqual(self.world.keeper.look(self.item("jam")), "jam")
        self.assertEqual(self.closed, ["tea"])

    def test_the_same_object_comes_back(self):
        item = self.item("tea")
        self.assertIs(self.world.keeper.pass_item(item), item)
        self.assertEqual(self.closed, [])

    def test_an_exception_while_an_object_is_closed_is_a_trap(self):
        def close():
            raise OSError("stuck")

        item = SimpleNamespace(name=lambda: "a", close=close)
        message = "the component trapped: OSError: stuck"
        self.assert_raises(
            resources.TrapError, message, self.world.keeper.consume, item
        )

    def test_a_trap_inside_of_a_block_is_what_the_block_raises(self):
        keeper = self.world.keeper
        message = "the component trapped: "
        with self.assertRaises(resources.TrapError) as raised, self.counters.counter(5):
            keeper.use_after_drop(self.item("tea"))
        self.assertIn(message, str(raised.exception))

    def test_an_object_of_a_closed_instance_is_gone_quietly(self):
        counter = self.counters.counter(5)
        self.world.close()
        counter.close()

    def test_an_instance_is_freed_with_all_that_it_was_given(self):
        instance = weakref.ref(self.world._instance)
        self.world = self.counters = None
        gc.collect()
        self.assertIsNone(instance())

    def test_nothing_is_left_behind(self):
        keeper, instance = self.world.keeper, self.world._instance
        for _ in range(100):
            keeper.look_all([self.item("a"), self.item("b")])
            keeper.consume(self.item("a"))
        self.assertEqual([len(table) for table in instance.tables.values()], [0, 0])


def every_shape(echo):
    """Calls with types of every shape."""
    point = Point(1, 1.5, Color.RED)
    assert echo.many_mixed([MixedByte(1), MixedPoints([point])])[1].value == [point]
    assert echo.tables([[("a", 1)]]) == [[("a", 1)]]
    assert echo.bytes_(b"a") == b"a"
    assert echo.maybe_color(Color.RED) is Color.RED
    assert echo.nested(Some(True)) == Some(True)
    assert echo.a_few(Few.A) is Few.A
    assert echo.one_side(Err(point)) == (Err(point),)
    assert echo.either(Ok(5)) == 5


def type_properties():
    """All that wasmtime tells of a type."""
    for made in vars(component).values():
        if isinstance(made, type) and made.__name__.endswith("Type"):
            for name, value in vars(made).items():
                if isinstance(value, property):
                    yield made, name


class Ways(Case):
    """The fast way into wasmtime and its public functions."""

    def test_the_way_is_the_one_that_was_asked_for(self):
        self.assertTrue(_memory.USABLE)
        self.assertEqual(echoes.Echoes(ENGINE, ECHOES)._instance.raw, not PUBLIC)
        self.assertFalse(echoes.Echoes(ENGINE, ECHOES, public=True)._instance.raw)

    def test_without_wasmtimes_own_names_the_way_is_the_public_one(self):
        with mock.patch.object(_memory, "USABLE", False):
            world = echoes.Echoes(ENGINE, ECHOES)
        self.assertFalse(world._instance.raw)
        self.assertEqual(world.echo.text("a"), "a")

    def test_what_is_kept_of_types_is_what_wasmtime_has(self):
        for name, properties in _types.PROPERTIES.items():
            for each in properties:
                found = getattr(getattr(component, name), each)
                self.assertIsInstance(found, property, (name, each))

    def test_the_public_functions_ask_for_a_type_once(self):
        echo = echoes.Echoes(ENGINE, ECHOES, public=True).echo
        every_shape(echo)
        again = AssertionError("asked again")
        with ExitStack() as patches:
            for made, name in type_properties():
                asked = mock.PropertyMock(side_effect=again)
                patches.enter_context(mock.patch.object(made, name, asked))
            asked = mock.Mock(side_effect=again)
            patches.enter_context(mock.patch.object(component.Func, "type", asked))
            every_shape(echo)
            with self.assertRaisesRegex(AssertionError, "asked again"):
                echoes.Echoes(ENGINE, ECHOES, public=True)

    def test_types_that_cannot_be_kept_are_asked_for_each_time(self):
        with mock.patch.dict(_types._KEEPING, clear=True):
            every_shape(echoes.Echoes(ENGINE, ECHOES, public=True).echo)
        foreign = dict.fromkeys(_types._KEEPING, int)  # of another layout
        with mock.patch.dict(_types._KEEPING, foreign):
            every_shape(echoes.Echoes(ENGINE, ECHOES, public=True).echo)

    def test_what_the_public_functions_mistake_is_refused(self):
        flags = _abi.Flags(Few, "a", "b", "c")
        made = _choices.PublicCases([("a", _abi.Result(None, _abi.S8)), ("b", flags)])
        message = "wasmtime's public functions cannot pass the case b"
        self.assert_raises(RefusedError, message, made.lower, None, "b", Few.A)
        made = _choices.PublicCases([("n", _abi.U8), ("t", _abi.BOOL)])
        message = "wasmtime's public functions cannot pass the case t"
        self.assert_raises(RefusedError, message, made.lower, None, "t", True)
        self.assertEqual(made.lift(None, True), ("t", True))

    def test_calls_leave_no_memory_behind(self):
        echo = echoes.Echoes(ENGINE, ECHOES).echo
        texts = ["x" * 1000] * 20
        for _ in range(200):
            echo.texts(texts)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for _ in range(300 if PUBLIC else 3000):
            echo.texts(texts)
            echo.a_mixed(MixedPoints([Point(1, 1.5, Color.RED)]))
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        self.assertLess(after - before, 4096, "KiB, of 60 MB that crossed")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
