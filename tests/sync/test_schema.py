"""What a schema says of its kinds, asked of kinds that nobody has asked before."""

from sync.core.schema import Field, Kind, Schema, Scope, Touched, ValueType


def a_kind() -> Kind:
    """A new kind each time: what a kind has once worked out it remembers."""
    return Kind(
        name="book",
        fields=(
            Field("title", ValueType.TEXT, immutable=True),
            Field("shelf", ValueType.TEXT),
            Field("donor", ValueType.TEXT, private=True),
            Field("floor", ValueType.INTEGER),
            Field("isbn", ValueType.TEXT, immutable=True),
            Field("room", ValueType.TEXT),
        ),
        groups=(("floor", "room", "shelf"), ("isbn", "donor")),
    )


def test_a_group_keeps_the_order_of_the_fields_whoever_asks() -> None:
    kind = a_kind()

    assert kind.declared_groups == (("shelf", "floor", "room"), ("donor", "isbn"))
    assert kind.group_of("room") == ("shelf", "floor", "room")
    assert kind.group_of("title") == ("title",)
    assert kind.group_of("unheard_of") == ("unheard_of",)


def test_fields_touch_each_of_their_groups_once_in_the_order_of_the_kind_and_unknown_ones_last() -> None:
    touched = a_kind().touched(["zest", "room", "donor", "isbn", "title", "floor", "shelf", "aim"])

    assert touched == Touched(
        groups=(("title",), ("shelf", "floor", "room"), ("donor", "isbn"), ("aim",), ("zest",)),
        heads=("title", "shelf", "donor", "aim", "zest"),
        missing=(),
    )


def test_what_lacks_of_a_group_is_told_group_by_group() -> None:
    kind = a_kind()

    assert kind.touched(["room", "donor", "title"]).missing == (frozenset({"shelf", "floor"}), frozenset({"isbn"}))
    assert kind.touched(["room", "donor"]).groups == (("shelf", "floor", "room"), ("donor", "isbn"))
    assert kind.touched(["title"]) == Touched((("title",),), ("title",), ())
    assert kind.touched([]) == Touched((), (), ())


def test_groups_are_those_that_are_touched() -> None:
    assert a_kind().groups_of(["floor", "title"]) == (("title",), ("shelf", "floor", "room"))
    assert a_kind().groups_of({"aim": 1}) == (("aim",),)


def test_a_kind_knows_its_fields_and_which_are_private_or_set_once() -> None:
    kind = a_kind()

    assert [*kind.by_name] == ["title", "shelf", "donor", "floor", "isbn", "room"]
    assert kind.by_name["floor"] == Field("floor", ValueType.INTEGER)
    assert kind.private == {"donor"}
    assert kind.immutable == ("title", "isbn")
    assert kind.scope == Scope()


def test_a_schema_finds_its_kinds_by_name() -> None:
    kind = a_kind()
    schema = Schema(version=3, kinds=(kind, Kind(name="loan", fields=())))

    assert schema.kind("book") is kind
    assert [*schema.by_name] == ["book", "loan"]
    assert schema.kind("novel") is None
