"""A use of the echo world's types, as a type checker sees it."""

from typing import Any, TypeAlias

from typing_extensions import assert_type

from bindings.echoes import (
    Color,
    ComponentError,
    Echoes,
    Err,
    Few,
    Mixed,
    MixedByte,
    MixedText,
    Ok,
    Point,
    Some,
)
from bindings.relays import RelaysImports

Tables: TypeAlias = list[list[tuple[str, int]]]


def use(world: Echoes) -> None:
    """Types of what is given and of what comes back."""
    echo = world.echo
    assert_type(echo.byte(7), int)
    assert_type(echo.text("a"), str)
    assert_type(echo.bytes_(b"a"), bytes)
    assert_type(echo.texts(("a", "b")), list[str])
    assert_type(echo.tables([[("a", 1)]]), Tables)
    assert_type(echo.maybe_color(None), Color | None)
    assert_type(echo.nested(Some(None)), Some[bool | None] | None)
    assert_type(echo.a_few(Few.A | Few.B), Few)
    assert_type(echo.a_point(Point(1, 1.5, Color.RED)).y, float)
    assert_type(echo.either(Ok(5)), int)
    (one,) = echo.one_side(Err(Point(1, 1.5, Color.RED)))
    assert_type(one, Ok[None] | Err[Point])
    try:
        echo.either(Err("no"))
    except ComponentError as error:
        assert_type(error.payload, Any)


def told(mixed: Mixed) -> str:
    """A variant is taken apart by its classes."""
    match mixed:
        case MixedText(text):
            return assert_type(text, str)
        case MixedByte(byte):
            return str(assert_type(byte, int))
    return "something else"


class Host:
    """An implementation of one function too few is found where it is handed over."""

    def __init__(self, imports: RelaysImports) -> None:
        self.echo = imports.echo


def handed(imports: RelaysImports) -> RelaysImports:
    """A class with the same members is as good."""
    return Host(imports)
